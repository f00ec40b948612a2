# Installation into a cluster. Settings are variables on the command line: make install NAMESPACE=backup CAPACITY=20Gi

NAME ?= openshift-backup
NAMESPACE ?= cluster-backup
KUBECTL ?= $(or $(shell command -v oc),kubectl)
IMAGE ?= localhost/openshift-backup:1.0.0
BUILDER ?= $(or $(shell command -v podman),$(shell command -v docker),buildah)
# The image with etcd and kube-apiserver is another one.
ifeq ($(origin IMAGE),file)
rehearsal-image install-rehearsal: IMAGE = localhost/openshift-backup-rehearsal:1.0.0
endif

# Parameters of the templates. Those that are set are passed on, the others keep the default of the template.
PARAMETERS := IMAGE SCHEDULE TIME_ZONE CAPACITY STORAGE_CLASS RETAIN_DAYS RETAIN_MIN BACKUP_SECRETS \
  KEEP_WITHIN KEEP_LAST KEEP_DAILY KEEP_WEEKLY KEEP_MONTHLY KEEP_YEARLY \
  COPY_TO COPY_SECRET COPY_KEEP COPY_KEEP_DAILY COPY_KEEP_WEEKLY COPY_KEEP_MONTHLY SEAL_TO S3_ENDPOINT S3_REGION STORE_CA \
  EXCLUDE_RESOURCE INCLUDE IGNORE LOGS LOGS_SINCE LOGS_BYTES CUSTOM_RESOURCES
SET = -p NAME='$(NAME)' -p NAMESPACE='$(NAMESPACE)' \
  $(foreach parameter,$1,$(if $(filter-out undefined,$(origin $(parameter))),-p $(parameter)='$($(parameter))'))
# Those of the template that adds a rehearsal.
REHEARSAL_PARAMETERS := IMAGE SCHEDULE TIME_ZONE READ_ONLY VOLUME COPY_SECRET S3_ENDPOINT S3_REGION STORE_CA IDENTITY IDENTITY_SECRET
comma := ,
IN = $(KUBECTL) --namespace '$(NAMESPACE)'
LABEL = app.kubernetes.io/instance='$(NAME)'
# Roles outside the namespace may belong to another installation with the same name.
ROLES = $(LABEL),openshift-backup/namespace='$(NAMESPACE)'
FOR_SCRIPTS = KUBECTL='$(KUBECTL)' NAME='$(NAME)' NAMESPACE='$(NAMESPACE)'

image: ## Build the image: IMAGE=registry/name:tag; BASE=IMAGE for another base image, IMAGE_ARGS=… for the builder
	$(BUILDER) build $(if $(BASE),--build-arg BASE='$(BASE)') \
	  --build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" --tag '$(IMAGE)' $(IMAGE_ARGS) .

rehearsal-image: ## Build the image with etcd and kube-apiserver: IMAGE=registry/name-rehearsal:tag; KUBE_APISERVER=IMAGE and ETCD=IMAGE for other versions
	$(BUILDER) build --target rehearsal $(foreach part,BASE KUBE_APISERVER ETCD,$(if $($(part)),--build-arg $(part)='$($(part))')) \
	  --build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" --tag '$(IMAGE)' $(IMAGE_ARGS) .

time-zone:
ifdef TIME_ZONE
	@grep -qxF -e '$(TIME_ZONE)' helm/openshift-backup/zones.txt || { \
	  echo 'TIME_ZONE=$(TIME_ZONE) is not a time zone: use an IANA name, such as UTC or Europe/Vienna' >&2; exit 1; }
endif

install: time-zone ## Install on OpenShift: IMAGE, NAMESPACE, STORAGE_CLASS, …; PROJECTS=a,b if you are not a cluster admin
	@oc get project '$(NAMESPACE)' >/dev/null 2>&1 || oc new-project '$(NAMESPACE)' --skip-config-write
ifdef PROJECTS
	@set -e -o pipefail; for project in $(subst $(comma), ,$(PROJECTS)); do \
	  oc process --local -f openshift/template-projects.yaml $(call SET,$(PARAMETERS)) -p PROJECTS='$(PROJECTS)' -p PROJECT=$$project | oc apply -f -; \
	done
else
	@set -e -o pipefail; oc process --local -f openshift/template.yaml $(call SET,$(PARAMETERS)) | oc apply -f -
endif
	@$(FOR_SCRIPTS) install/remove-old-roles.sh $(subst $(comma), ,$(PROJECTS))
	@echo "To create the first archive now: make backup-now NAME=$(NAME) NAMESPACE=$(NAMESPACE)"

install-rehearsal: time-zone ## Add a weekly rehearsal on OpenShift: IMAGE (of make rehearsal-image), NAMESPACE, SCHEDULE, …
	@set -e -o pipefail; oc process --local -f openshift/template-rehearsal.yaml $(call SET,$(REHEARSAL_PARAMETERS)) | oc apply -f -

install-helm: ## Install with Helm: IMAGE, NAME, NAMESPACE, HELM_ARGS="--set schedule=…"
	@image='$(IMAGE)'; set -x; helm upgrade --install '$(NAME)' helm/openshift-backup \
	  --namespace '$(NAMESPACE)' --create-namespace --set fullnameOverride='$(NAME)' \
	  --set image.repository="$${image%:*}" --set image.tag="$${image##*:}" $(HELM_ARGS)

backup-now: ## Start a backup and follow its log; START_TIMEOUT=SECONDS to wait for its pod (300)
	@$(FOR_SCRIPTS) $(if $(START_TIMEOUT),START_TIMEOUT='$(START_TIMEOUT)') install/backup-now.sh

# Objects are selected by label, so that this works however they were installed.
OBJECTS := cronjob,deployment,serviceaccount,networkpolicy,resourcequota,limitrange
uninstall: ## Remove the installation; keeps the volume with the archives, unless DELETE_VOLUME=yes
	@set -e; if command -v helm >/dev/null && helm --namespace '$(NAMESPACE)' status '$(NAME)' >/dev/null 2>&1; then \
	  helm --namespace '$(NAMESPACE)' uninstall '$(NAME)'; \
	  : Helm keeps the pod of helm test, which still uses the volume; \
	  $(IN) delete pod --selector=$(LABEL),app.kubernetes.io/component=test --ignore-not-found; \
	else \
	  $(IN) delete $(OBJECTS) --selector=$(LABEL) --ignore-not-found; \
	  $(foreach project,$(sort $(NAMESPACE) $(subst $(comma), ,$(PROJECTS))),$(KUBECTL) --namespace '$(project)' delete role,rolebinding --selector=$(ROLES) --ignore-not-found;) \
	  $(if $(PROJECTS),,$(KUBECTL) delete clusterrole,clusterrolebinding --selector=$(ROLES) --ignore-not-found;) \
	  $(FOR_SCRIPTS) install/remove-old-roles.sh $(subst $(comma), ,$(PROJECTS)); \
	fi
ifeq ($(DELETE_VOLUME),yes)
	@$(IN) delete persistentvolumeclaim --selector=$(LABEL)
else
	@echo "The PersistentVolumeClaim $(NAME) in $(NAMESPACE) still has the archives; DELETE_VOLUME=yes deletes it, too."
endif
