// What editors and other tools read about the elements, from their sources: custom-elements.json and the HTML data of
// VS Code. Their types are in frameworks/, by the elements' own classes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, ts } from '@custom-elements-manifest/analyzer';
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import { getVsCodeHtmlCustomData } from 'custom-element-vs-code-integration';

/** The base last: it has no tag, and what it says is inherited. */
const SOURCES = ['rec-carousel', 'rec-controls', 'rec-why', 'carousel-properties'].map(
  (name) => `components/${name}.ts`,
);

const isPublic = ({ name, privacy, static: isStatic }) => !name.startsWith('#') && !isStatic && privacy === 'public';

function publicOnly({ members, attributes = [], ...declaration }) {
  const fields = members.map((member) => ({ privacy: 'public', ...member })).filter(isPublic);
  const names = new Set(fields.map(({ name }) => name));
  return {
    ...declaration,
    superclass: { name: 'LitElement', package: 'lit' },
    members: fields,
    attributes: attributes.filter(({ fieldName }) => names.has(fieldName)),
  };
}

/** As the package has them: all in one module. */
function manifestOf() {
  const modules = SOURCES.map((file) =>
    ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true),
  );
  const { modules: found, ...manifest } = create({ modules, plugins: litPlugin() });
  const path = 'dist/define.js';
  const declarations = found.flatMap(({ declarations: all }) => all.filter(({ tagName }) => tagName).map(publicOnly));
  const exports = declarations.map(({ tagName, name }) => ({
    kind: 'custom-element-definition',
    name: tagName,
    declaration: { name, module: path },
  }));
  return { ...manifest, modules: [{ kind: 'javascript-module', path, declarations, exports }] };
}

// a base of its own is how the sources are cut, and no file of the package
const withoutBase = (key, value) => (key === 'inheritedFrom' ? undefined : value);

/** The element sets these itself: an editor need not offer them. */
const TOLD = ['state', 'tier'];
const writable = ({ attributes, ...declaration }) => ({
  ...declaration,
  attributes: attributes.filter(({ name }) => !TOLD.includes(name)),
});

export function writeElementData(dir) {
  const manifest = manifestOf();
  const modules = manifest.modules.map((module) => ({ ...module, declarations: module.declarations.map(writable) }));
  const html = JSON.parse(getVsCodeHtmlCustomData({ ...manifest, modules }, { hideLogs: true }));
  writeFileSync(join(dir, 'custom-elements.json'), `${JSON.stringify(manifest, withoutBase, 2)}\n`);
  writeFileSync(join(dir, 'vscode.html-custom-data.json'), `${JSON.stringify(html, null, 2)}\n`);
}
