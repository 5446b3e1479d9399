/// The look of a report: one column of readable measure, light and dark, phone to print.
enum PageStyle {
  static let css = colours + text + blocks + tables + parts + widths + print

  private static let sans = "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"Liberation Sans\",sans-serif"

  private static let colours = """
    :root{color-scheme:light dark;--ink:#1c1f22;--soft:#565d64;--line:#d5d9dd;--ground:#fff;--panel:#f5f6f7;--link:#0b5c8a;--warn:#8a3b00;--warnground:#fff3e6;--bad:#9c1c1c;--badground:#fdecec;--good:#1b6e37;--violet:#6a3d9a}
    @media(prefers-color-scheme:dark){:root{--ink:#e4e6e8;--soft:#a5adb5;--line:#3a3f44;--ground:#16191c;--panel:#1f2327;--link:#7cc4ee;--warn:#ffb77a;--warnground:#33240f;--bad:#ff9c9c;--badground:#3a1616;--good:#7fd69a;--violet:#c9a6f0}}

    """

  private static let text = """
    *{box-sizing:border-box}
    html{font-size:17px;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
    body{margin:0;background:var(--ground);color:var(--ink);font-family:Charter,"Bitstream Charter","Sitka Text",Cambria,"Source Serif 4","Noto Serif",Georgia,serif;line-height:1.55;overflow-wrap:break-word}
    main{max-width:46rem;margin:0 auto;padding:1.5rem 1.1rem 4rem}
    h1,h2,h3,h4,h5,h6,nav,summary,table,figcaption,.byline,.notice,.failed,.lineage,.title,dt{font-family:\(sans)}
    h1{font-size:1.9rem;line-height:1.2;margin:.6rem 0 .5rem;text-wrap:balance}
    h2{font-size:1.35rem;margin:2.4rem 0 .6rem;line-height:1.25}
    h3{font-size:1.1rem;margin:1.8rem 0 .4rem}
    h4,h5,h6{font-size:1rem;margin:1.4rem 0 .3rem}
    .secno{color:var(--soft);font-weight:400;margin-right:.35em}
    p,ul,ol,dl,blockquote,figure,pre{margin:0 0 1rem}
    a{color:var(--link)}
    a.value{color:inherit;text-decoration:underline;text-decoration-style:dotted;text-decoration-color:var(--soft);text-underline-offset:.18em}
    sup{line-height:0}
    :target{scroll-margin-top:1rem}
    section.step:target,figure:target{outline:2px solid var(--link);outline-offset:.4rem}
    a:focus-visible,summary:focus-visible,.scroll:focus-visible,.equation:focus-visible{outline:2px solid var(--link);outline-offset:2px}
    .byline,.description{color:var(--soft)}

    """

  private static let blocks = """
    .notice,.failed{border-left:.35rem solid var(--warn);background:var(--warnground);color:var(--warn);padding:.6rem .9rem;margin:0 0 1rem}
    .failed{border-color:var(--bad);background:var(--badground);color:var(--bad)}
    .failed p,.failed ul{margin:0}
    .admonition{border-left:.25rem solid var(--link);padding:.1rem 0 .1rem 1rem;margin:0 0 1rem}
    .admonition .title{font-weight:600;font-size:.9rem;color:var(--link);margin:0 0 .2rem}
    .admonition>:last-child{margin-bottom:0}
    .tip{border-color:var(--good)}.tip .title{color:var(--good)}
    .important{border-color:var(--violet)}.important .title{color:var(--violet)}
    .warning{border-color:var(--warn)}.warning .title{color:var(--warn)}
    .caution{border-color:var(--bad)}.caution .title{color:var(--bad)}
    dt{font-weight:600}
    dd{margin:0 0 .4rem 1.2rem}
    nav{border-top:1px solid var(--line);border-bottom:1px solid var(--line);margin:1.2rem 0;padding:.6rem 0;font-size:.9rem}
    nav ol{list-style:none;margin:0;padding:0;columns:2;column-gap:2rem}
    nav li{break-inside:avoid;padding:.1rem 0}
    nav a{text-decoration:none}
    nav a:hover,nav a:focus{text-decoration:underline}
    nav .l1{padding-left:1.2rem}
    code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
    pre{background:var(--panel);padding:.7rem .9rem;overflow-x:auto;border-radius:.3rem}
    blockquote{border-left:.25rem solid var(--line);padding-left:1rem;margin-left:0;color:var(--soft)}
    figure{margin:1.4rem 0}
    figure svg{display:block;width:100%;height:auto}
    figcaption,.note,.statement{margin-top:.35rem;font-size:.85rem;color:var(--soft);line-height:1.45}
    .equation{display:block;overflow-x:auto;overflow-y:hidden;padding:.2rem 0;margin:0 0 .6rem}
    math{font-family:"STIX Two Math","Cambria Math","Latin Modern Math","Noto Sans Math","DejaVu Math TeX Gyre",math}
    math .aligned mtd{text-align:left;text-align:-webkit-left;padding:.35em .2em}
    math .aligned mtd:first-child{text-align:right;text-align:-webkit-right}
    math .cases mtd{text-align:left;text-align:-webkit-left}

    """

  private static let tables = """
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums lining-nums;min-width:60%}
    caption{text-align:left;padding:0 0 .4rem;font-size:.9rem}
    thead{border-top:2px solid var(--ink);border-bottom:1px solid var(--ink)}
    tbody{border-bottom:2px solid var(--ink)}
    th,td{padding:.26rem .9rem .26rem 0;text-align:left;vertical-align:top;font-weight:400}
    thead th{font-weight:600;vertical-align:bottom}
    th:last-child,td:last-child{padding-right:.2rem}
    .n{text-align:right}
    td.n{white-space:nowrap}
    th.in{padding-left:1.1rem}

    """

  private static let parts = """
    .step{margin:1rem 0}
    .step.fold{margin:.25rem 0}
    .fold+:not(.fold,h2,h3){margin-top:1rem}
    summary{cursor:pointer;font-size:.82rem;color:var(--soft)}
    details[open]>summary{margin-bottom:.6rem}
    details.how{margin-top:-.7rem}
    .lineage{font-size:.8rem;line-height:1.85;color:var(--soft)}
    .lineage div{display:flex;gap:.8rem}
    .lineage dt{flex:0 0 8.5rem}
    .lineage dd{margin:0;min-width:0;overflow-wrap:anywhere}
    .graph text{font:12.5px \(sans);fill:var(--soft)}
    .graph .name{fill:var(--ink);font-weight:600}
    .graph .edges path{fill:none;stroke:var(--soft);stroke-width:1.2;opacity:.6}
    .graph .dots circle{fill:var(--soft)}
    .graph .dots .step{fill:var(--link)}
    figure.graph svg{width:auto;max-width:none}
    .methods,.references{border-top:1px solid var(--line);margin-top:3rem;font-size:.94rem}
    .methods h2,.references h2,.colophon h2{margin-top:1.2rem}
    .references li{margin-bottom:.4rem;overflow-wrap:anywhere}
    .references li:target,.footnotes li:target{background:var(--panel)}
    .references ul{list-style:none;padding:0}
    .references ul li{padding-left:1.4rem;text-indent:-1.4rem}
    .colophon{margin-top:3rem;border-top:2px solid var(--line);font-size:.92rem}
    .colophon code{font-size:.72rem;overflow-wrap:anywhere}
    .colophon .core code{font-size:.82rem}
    .colophon table{margin-bottom:1.4rem;width:100%}
    .colophon td code{display:block;min-width:9rem}
    .footnotes{font-size:.88rem;border-top:1px solid var(--line);padding-top:.6rem;margin-top:2rem}

    """

  private static let widths = """
    @media(max-width:34rem){html{font-size:16px}nav ol{columns:1}h1{font-size:1.55rem}.lineage div{display:block}.lineage dd{margin:0 0 .3rem}}
    @media(min-width:82rem){nav{float:left;position:sticky;top:1.5rem;width:14rem;margin:.4rem 2rem 0 -16rem;border:0;padding:0;max-height:calc(100vh - 3rem);overflow-y:auto;font-size:.82rem}nav ol{columns:1}}

    """

  private static let print = """
    @page{margin:18mm 16mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#555}}
    @media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--ground:#fff;--panel:#f5f6f7;--link:#000;--warn:#8a3b00;--warnground:#fff;--bad:#9c1c1c;--badground:#fff}html{font-size:10.5pt}main{max-width:none;padding:0}nav,details.how,details:not([open]){display:none}.scroll,.equation,pre{overflow:visible}pre{white-space:pre-wrap}figure,tr,.notice,.failed,.admonition,dl,.references li{break-inside:avoid}figure.long{break-inside:auto}thead{display:table-header-group}caption,h2,h3,h4{break-after:avoid}p,li{orphans:3;widows:3}a{color:inherit;text-decoration:none}table{font-size:8.5pt}th,td{padding-right:.6rem}section.step:target,figure:target{outline:0}}

    """
}
