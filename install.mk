# Installing into a cluster. Settings are given on the command line: make install NAMESPACE=backup CAPACITY=20Gi

NAME ?= openshift-backup
NAMESPACE ?= cluster-backup
KUBECTL ?= $(or $(shell command -v oc),kubectl)
IMAGE ?= localhost/openshift-backup:1.0.0
BUILDER ?= $(or $(shell command -v podman),$(shell command -v docker),buildah)

# Parameters of the templates; those that are set are handed on, the others keep the template's default.
PARAMETERS := IMAGE SCHEDULE TIME_ZONE CAPACITY STORAGE_CLASS RETAIN_DAYS RETAIN_MIN BACKUP_SECRETS \
  EXCLUDE_RESOURCE CUSTOM_RESOURCES
SET := -p NAME='$(NAME)' -p NAMESPACE='$(NAMESPACE)' \
  $(foreach parameter,$(PARAMETERS),$(if $(filter-out undefined,$(origin $(parameter))),-p $(parameter)='$($(parameter))'))
comma := ,
IN = $(KUBECTL) --namespace '$(NAMESPACE)'
LABEL = app.kubernetes.io/instance='$(NAME)'
# Roles stand outside the namespace too, where another installation may have the same name.
ROLES = $(LABEL),openshift-backup/namespace='$(NAMESPACE)'
FOR_SCRIPTS = KUBECTL='$(KUBECTL)' NAME='$(NAME)' NAMESPACE='$(NAMESPACE)'

image: ## Build the image: IMAGE=registry/name:tag, BASE=another base, IMAGE_ARGS=…; then push it
	$(BUILDER) build $(if $(BASE),--build-arg BASE='$(BASE)') \
	  --build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" --tag '$(IMAGE)' $(IMAGE_ARGS) .

install: ## Install on OpenShift: NAME, NAMESPACE, IMAGE, SCHEDULE, …; PROJECTS=a,b for those who are no cluster admins
ifdef TIME_ZONE
	@grep -qxF -e '$(TIME_ZONE)' helm/openshift-backup/zones.txt || { \
	  echo 'TIME_ZONE=$(TIME_ZONE) is no time zone: write an IANA name, such as UTC or Europe/Vienna' >&2; exit 1; }
endif
	@oc get project '$(NAMESPACE)' >/dev/null 2>&1 || oc new-project '$(NAMESPACE)' --skip-config-write
ifdef PROJECTS
	@set -e -o pipefail; for project in $(subst $(comma), ,$(PROJECTS)); do \
	  oc process --local -f openshift/template-projects.yaml $(SET) -p PROJECTS='$(PROJECTS)' -p PROJECT=$$project | oc apply -f -; \
	done
else
	@set -e -o pipefail; oc process --local -f openshift/template.yaml $(SET) | oc apply -f -
endif
	@$(FOR_SCRIPTS) install/remove-old-roles.sh $(subst $(comma), ,$(PROJECTS))
	@echo "The first night's archive can be had now: make backup-now NAME=$(NAME) NAMESPACE=$(NAMESPACE)"

install-helm: ## Install with Helm: NAME, NAMESPACE, IMAGE, HELM_ARGS="--set schedule=…"
	@image='$(IMAGE)'; set -x; helm upgrade --install '$(NAME)' helm/openshift-backup \
	  --namespace '$(NAMESPACE)' --create-namespace --set fullnameOverride='$(NAME)' \
	  --set image.repository="$${image%:*}" --set image.tag="$${image##*:}" $(HELM_ARGS)

backup-now: ## Start a Job from the CronJob and follow it to its end; PATIENCE=seconds for its pod to start
	@$(FOR_SCRIPTS) $(if $(PATIENCE),PATIENCE='$(PATIENCE)') install/backup-now.sh

# Found by label, so that it works for every way of installing.
OBJECTS := cronjob,deployment,serviceaccount,networkpolicy,resourcequota,limitrange
uninstall: ## Remove it; the volume with the archives stays, unless DELETE_VOLUME=yes
	@set -e; if command -v helm >/dev/null && helm --namespace '$(NAMESPACE)' status '$(NAME)' >/dev/null 2>&1; then \
	  helm --namespace '$(NAMESPACE)' uninstall '$(NAME)'; \
	  : Helm leaves the pod of helm test, and it would hold on to the volume; \
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
	@echo "The archives stay in the PersistentVolumeClaim $(NAME) of $(NAMESPACE); DELETE_VOLUME=yes removes them too."
endif
