/// The look of a report: one column of readable measure, light and dark, phone to print.
enum PageStyle {
  static let css = """
    :root{color-scheme:light dark;--ink:#1c1f22;--soft:#565d64;--line:#d5d9dd;--ground:#fff;--panel:#f5f6f7;--link:#0b5c8a;--warn:#8a3b00;--warnground:#fff3e6;--bad:#9c1c1c;--badground:#fdecec}
    @media(prefers-color-scheme:dark){:root{--ink:#e4e6e8;--soft:#a5adb5;--line:#3a3f44;--ground:#16191c;--panel:#1f2327;--link:#7cc4ee;--warn:#ffb77a;--warnground:#33240f;--bad:#ff9c9c;--badground:#3a1616}}
    *{box-sizing:border-box}
    html{font-size:17px;-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--ground);color:var(--ink);font-family:Charter,"Bitstream Charter","Sitka Text",Cambria,Georgia,serif;line-height:1.55}
    main{max-width:46rem;margin:0 auto;padding:1.5rem 1.1rem 4rem}
    h1,h2,h3,h4,nav,summary,table,figcaption,.byline,.notice,.failed{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    h1{font-size:1.9rem;line-height:1.2;margin:.6rem 0 .5rem}
    h2{font-size:1.35rem;margin:2.4rem 0 .6rem;line-height:1.25}
    h3{font-size:1.1rem;margin:1.8rem 0 .4rem}
    p,ul,ol,blockquote,figure,pre{margin:0 0 1rem}
    a{color:var(--link)}
    a.value{color:inherit;text-decoration:underline;text-decoration-style:dotted;text-decoration-color:var(--soft);text-underline-offset:.18em}
    .byline,.description{color:var(--soft)}
    .notice,.failed{border-left:.35rem solid var(--warn);background:var(--warnground);color:var(--warn);padding:.6rem .9rem;margin:0 0 1rem}
    .failed{border-color:var(--bad);background:var(--badground);color:var(--bad)}
    .failed p,.failed ul{margin:0}
    nav{border-top:1px solid var(--line);border-bottom:1px solid var(--line);margin:1.2rem 0;padding:.6rem 0;font-size:.9rem}
    nav ol{list-style:none;margin:0;padding:0;columns:2;column-gap:2rem}
    nav li{break-inside:avoid}
    nav .l1{padding-left:1rem}
    code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
    pre{background:var(--panel);padding:.7rem .9rem;overflow-x:auto;border-radius:.3rem}
    blockquote{border-left:.25rem solid var(--line);padding-left:1rem;color:var(--soft)}
    figure{margin:1.4rem 0}
    figure svg{display:block;width:100%;height:auto}
    figcaption,.note,.statement{margin-top:.35rem;font-size:.85rem;color:var(--soft);line-height:1.45}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;min-width:60%}
    caption{text-align:left;padding:0 0 .4rem;font-size:.9rem}
    thead{border-top:2px solid var(--ink);border-bottom:1px solid var(--ink)}
    tbody{border-bottom:2px solid var(--ink)}
    th,td{padding:.28rem .9rem .28rem 0;text-align:left;vertical-align:top;font-weight:400}
    thead th{font-weight:600;vertical-align:bottom}
    th:last-child,td:last-child{padding-right:.2rem}
    .n{text-align:right}
    td.n{white-space:nowrap}
    th.in{padding-left:1.1rem}
    .step{margin:1rem 0}
    summary{cursor:pointer;font-size:.85rem;color:var(--soft)}
    details[open]>summary{margin-bottom:.6rem}
    details.how{margin-top:-.8rem}
    .colophon{margin-top:4rem;border-top:2px solid var(--line);font-size:.92rem}
    .colophon code{font-size:.72rem;word-break:break-all}
    .colophon .core code{font-size:.82rem}
    .colophon table{margin-bottom:1.4rem;width:100%}
    .footnotes{font-size:.88rem;border-top:1px solid var(--line);padding-top:.6rem}
    @media(max-width:34rem){html{font-size:16px}nav ol{columns:1}h1{font-size:1.55rem}}
    @media print{html{font-size:10.5pt}main{max-width:none;padding:0}nav,details.how{display:none}.scroll{overflow:visible}figure,tr,.notice,.failed{break-inside:avoid}h2,h3{break-after:avoid}a{color:inherit;text-decoration:none}}

    """
}
