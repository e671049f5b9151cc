/// `GET /assets/pages.css`: the one style sheet, so that the pages' policy needs no inline styles.
enum PageStyle {
    static let path = "/assets/pages.css"

    static let text = """
        :root { color-scheme: light dark; --line: #767b85; --accent: #1c5fb8; --ink: #14171c; --paper: #fff; --bad: #a3161b; }
        @media (prefers-color-scheme: dark) {
          :root { --line: #8b92a0; --accent: #8ab8f5; --ink: #eceef2; --paper: #16181d; --bad: #ff9a94; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
          overflow-wrap: anywhere; }
        header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; justify-content: space-between;
          padding: 0.75rem 1.25rem; border-bottom: 1px solid var(--line); }
        nav { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; }
        .brand { font-weight: 700; }
        main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; }
        h2 { font-size: 1.2rem; margin-top: 2rem; }
        h3 { font-size: 1rem; margin-top: 1.5rem; }
        a { color: var(--accent); }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 0.5rem; top: 0.5rem; padding: 0.5rem; background: var(--paper); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        label { display: block; font-weight: 600; }
        .hint { display: block; font-weight: 400; font-size: 0.9rem; overflow-wrap: anywhere; }
        input, select { width: 100%; max-width: 24rem; padding: 0.55rem; font: inherit; color: inherit; background: transparent;
          border: 1px solid var(--line); border-radius: 4px; }
        input[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
        button { padding: 0.55rem 1.1rem; font: inherit; font-weight: 600; color: var(--paper); background: var(--accent);
          border: 2px solid var(--accent); border-radius: 4px; cursor: pointer; }
        a.button { display: inline-block; padding: 0.55rem 1.1rem; font-weight: 600; text-decoration: none;
          border: 2px solid var(--accent); border-radius: 4px; }
        button.second { color: var(--accent); background: transparent; }
        button.plain { padding: 0; color: var(--accent); background: none; border: 0; text-decoration: underline; }
        .alert { padding: 0.25rem 1rem; border: 2px solid var(--bad); border-radius: 4px; color: var(--bad); font-weight: 600; }
        .secret { padding: 0.75rem; font: 1rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; border: 1px solid var(--line);
          border-radius: 4px; user-select: all; }
        .code { font: 700 2rem/1 ui-monospace, monospace; letter-spacing: 0.12em; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.25rem; }
        dt { font-weight: 600; }
        dd { margin: 0; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: 0.5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        td { overflow-wrap: normal; }
        @media (max-width: 40rem) {
          dl { grid-template-columns: 1fr; }
          dd { margin-bottom: 0.5rem; }
          input, select { max-width: none; }
          thead { position: absolute; left: -100rem; }
          table, tbody, tr, tbody th, td { display: block; }
          tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
          tbody th, td { padding: 0.15rem 0; border: 0; overflow-wrap: anywhere; }
          td[data-label]::before { content: attr(data-label) ": "; font-weight: 600; }
          td form { margin-top: 0.35rem; }
        }

        """
}
