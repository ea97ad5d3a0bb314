(async form => {
  const app = window.jupyterapp, said = form.querySelector('output');
  if (!app) { said.textContent = WITHOUT; return; }
  const panel = app.shell.currentWidget, cells = panel.content.model.cells;
  const cell = [...Array(cells.length).keys()].map(n => cells.get(n).sharedModel)
    .find(c => (c.getMetadata('tags') || []).includes('parameters'));
  let source = cell.getSource();
  for (const field of form.elements) {
    if (!field.name) continue;
    const text = field.value.trim(), kind = field.dataset.kind;
    const value = kind === 'bool' ? (field.checked ? 'True' : 'False') : !text && field.dataset.optional ? 'None'
      : kind === 'number' ? text : kind === 'list' ? JSON.stringify(text.split(',').map(t => t.trim()).filter(Boolean))
      : JSON.stringify(text);
    source = source.replace(new RegExp('^(' + field.name + '\\b[^=\\n]*=\\s*)(.*?)(\\s+#.*)?$', 'm'),
      (_, head, old, comment) => head + value + (comment || ''));
  }
  cell.setSource(source);
  said.textContent = RUNNING;
  await panel.sessionContext.restartKernel();
  await app.commands.execute('notebook:run-all-cells');
})(this); return false
