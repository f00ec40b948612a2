import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { load } from 'js-yaml';
import { documentedValues, optionsFile, regenerateChartReadme } from '../../build/chart.ts';
import { checkZone } from '../../src/volume/names.ts';
import { at, isJsonObject } from '../support/kube-object.ts';
import { CHART } from './helm.ts';

const read = (file: string) => readFileSync(`${CHART}/${file}`, 'utf8');
const values = load(read('values.yaml'));

/** The paths of all values that are no maps, or empty ones. */
function leavesOf(value: unknown, path: readonly string[] = []): string[] {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return [path.join('.')];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

describe('the documents of the chart', () => {
  it('README.md and options.txt are what values.yaml and the code say (npm run readme makes them anew)', () => {
    assert.equal(read('README.md'), regenerateChartReadme(read('README.md'), read('values.yaml')));
    assert.equal(read('options.txt'), optionsFile());
  });

  it('every value has a line that says what it means, itself or with its map', () => {
    const documented = documentedValues(read('values.yaml')).map(({ path }) => path);
    assert(documented.length > 40);
    for (const leaf of leavesOf(values))
      assert(
        documented.some((path) => `${leaf}.`.startsWith(`${path}.`)),
        `${leaf} has no line "# -- …"`,
      );
  });

  it('every value has a description in the schema, and everything in the schema has a default', () => {
    const schema: unknown = JSON.parse(read('values.schema.json'));
    for (const { path, default: fallback } of documentedValues(read('values.yaml'))) {
      const found = path
        .split('.')
        .reduce((here, key) => resolved(schema, at(here, 'properties', key)), schema);
      assert.equal(typeof at(found, 'description'), 'string', path);
      assert.notEqual(fallback, undefined, path);
    }
    for (const path of placesIn(schema).filter((each) => each !== 'global'))
      assert(hasDefault(path.split('.')), `${path} is in the schema but not in values.yaml`);
  });

  it('zones.txt has every time zone that the tool knows by its own name, and none that it refuses', () => {
    const zones = read('zones.txt').trim().split('\n');
    for (const zone of Intl.supportedValuesOf('timeZone')) assert(zones.includes(zone), zone);
    for (const zone of zones) assert.equal(checkZone(zone), zone);
    assert.deepEqual(zones, [...new Set(zones)].sort());
  });

  it('chart, image and tool have one version', () => {
    const { version }: { version: string } = JSON.parse(readFileSync(`${CHART}/../../package.json`, 'utf8'));
    const chart = load(read('Chart.yaml'));
    assert.equal(at(chart, 'version'), version);
    assert.equal(at(chart, 'appVersion'), version);
  });
});

function resolved(schema: unknown, place: unknown): unknown {
  const reference = at(place, '$ref');
  return typeof reference === 'string' ? at(schema, ...reference.slice(2).split('/')) : place;
}

/** Whether values.yaml has a default for a path, itself or as part of a map that is empty by default. */
function hasDefault(path: readonly string[]): boolean {
  const value = at(values, ...path);
  if (value !== undefined) return true;
  const map = at(values, ...path.slice(0, -1));
  return isJsonObject(map) && Object.keys(map).length === 0;
}

/** The paths that a schema knows, down to maps of the user's own. */
function placesIn(schema: unknown, path: readonly string[] = []): string[] {
  const properties = at(schema, 'properties');
  if (!isJsonObject(properties)) return [path.join('.')];
  return Object.entries(properties).flatMap(([key, inner]) => placesIn(inner, [...path, key]));
}
