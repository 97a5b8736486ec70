/** The one document of the console: what is in it comes from its script. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Overlock console</title>
<link rel="icon" type="image/svg+xml" href="/console/icon.svg">
<link rel="stylesheet" href="/console/uplot.css">
<link rel="stylesheet" href="/console/style.css">
<script type="module" src="/console/app/main.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
  <a class="brand" href="#/"><img src="/console/icon.svg" alt="" width="24" height="24">Overlock console</a>
  <div class="who" id="who"></div>
</header>
<nav class="views" aria-label="Views" id="views"></nav>
<main id="content" tabindex="-1"><h1>Overlock console</h1><noscript><p>The console needs JavaScript.</p></noscript></main>
</body>
</html>
`;
