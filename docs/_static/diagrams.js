// Drawn once, in light colours: the theme's CSS inverts pre.mermaid when the reader chooses dark.
mermaid.initialize({startOnLoad: true, theme: 'neutral'});
