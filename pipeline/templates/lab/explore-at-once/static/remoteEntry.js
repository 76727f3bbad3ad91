// Runs notebooks/explore.ipynb as soon as it is open, so that the first screen shows results, and
// brings the button 「すべて実行」, which waits for the kernel: JupyterLab's own command does nothing,
// without a word, while the kernel starts. Nobody's own notebook is run unasked.
// Written by hand in the form that JupyterLab 4 loads: there is no build.
(() => {
  const NAME = 'explore-at-once', NOTEBOOK = 'notebooks/explore.ipynb';
  const PATIENCE = 120, PAUSE = 250;   // seconds to wait for the notebook, milliseconds between looks

  const pause = () => new Promise(resolve => setTimeout(resolve, PAUSE));

  async function opened(app) {
    for (const until = Date.now() + PATIENCE * 1000; Date.now() < until; await pause()) {
      const panel = app.shell.currentWidget;
      if (panel?.context?.path === NOTEBOOK && panel.sessionContext) return panel;
    }
  }

  async function run(app, panel) {
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session?.kernel?.info;
    if (app.shell.currentWidget === panel) await app.commands.execute('notebook:run-all-cells');
  }

  async function begin(app) {
    await app.restored;
    const panel = await opened(app);
    if (!panel) return;
    await run(app, panel);
    panel.content.activeCellIndex = 0;
  }

  const plugin = {
    id: `${NAME}:plugin`,
    autoStart: true,
    activate: app => {
      app.commands.addCommand(`${NAME}:run-all`, {
        label: '▶▶ すべて実行',
        caption: 'すべてのセルを、上から順に実行する',
        execute: () => run(app, app.shell.currentWidget),
      });
      begin(app);
    },
  };
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = { init: () => {}, get: async () => () => plugin };
})();
