// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Testing

@testable import HubMarkdown

@Suite struct SanitizerTests {
    private func clean(_ source: String) -> String {
        let links = MarkdownLinks(image: "/alice/vit/resolve/main", file: "/alice/vit/blob/main")
        var sanitizer = Sanitizer(
            html: Array(source.utf8),
            links: links,
            idPrefix: "user-content-",
            math: MathSpans(),
            mentions: nil
        )
        return sanitizer.run().html
    }

    @Test(arguments: [
        ("a<script>b</script>c", "ac"), ("a<SCRIPT>b</Script >c", "ac"), ("a<script>b<!-- </script>c", "ac"),
        ("a<style>b</style>c", "ac"), ("a<iframe>b</iframe>c", "ac"), ("a<textarea><b></textarea>c", "ac"),
        ("a<title>b</title>c", "ac"), ("a<noscript><b>x</b></noscript>c", "ac"), ("a<script>b", "a"),
        ("a<svg><svg>b</svg>c</svg>d", "ad"), ("a<math>b</math>c", "ac"), ("a<form>b<input></form>c", "ac"),
        ("a<object>b</object>c", "ac"), ("a<select><option>b</select>c", "ac"), ("a<button>b</button>c", "ac"),
        ("a<template>b</template>c", "ac"), ("a<button>b", "ab"),
    ])
    func `elements that go with all that is in them`(_ source: String, _ expected: String) {
        #expect(clean(source) == expected)
    }

    @Test(arguments: [
        ("<font color=red>a</font>", "a"), ("<x-y>a</x-y>", "a"), ("<link><meta><base><embed>a", "a"),
        ("<body><main>a</main></body>", "a"), ("<input type=text>a", "a"), ("<input type=checkbox disabled>a", "a"),
    ])
    func `elements whose words stay`(_ source: String, _ expected: String) {
        #expect(clean(source) == expected)
    }

    @Test(arguments: [
        ("a<!-- <b> -->c", "ac"), ("a<!-->b", "ab"), ("a<!--->b", "ab"), ("a<!-- --!>b", "ab"), ("a<!-- b", "a"),
        ("a<![CDATA[<b>]]>c", "ac"), ("a<!DOCTYPE html>b", "ab"), ("a<?php b ?>c", "ac"), ("a</ b>c", "ac"),
        ("a<b", "a"), ("a<b c=\"d>e", "a"), ("a < b", "a &lt; b"), ("a<3", "a&lt;3"), ("a</", "a&lt;/"),
        ("a<", "a&lt;"),
        ("1 > 0 & \"x\" &nbsp; &#65; &x &;", "1 &gt; 0 &amp; &quot;x&quot; &nbsp; &#65; &amp;x &amp;;"),
        ("a\u{1}\u{7F}b", "ab"),
    ])
    func `what is neither text nor tag`(_ source: String, _ expected: String) {
        #expect(clean(source) == expected)
    }

    @Test(arguments: [
        ("<b>a", "<b>a</b>"), ("a</b>", "a"), ("<b><i>a</b>c</i>", "<b><i>a</i></b>c"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p><b>a<div>b</div>", "<p><b>a</b></p><div>b</div>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        (
            "<table><tr><td>a<td>b<tr><td>c</table>d",
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>d"
        ),
        ("<b><table><tr><td></b>a</table>c", "<b><table><tr><td>a</td></tr></table>c</b>"),
        ("<div><table><tr><td>a</div>b</table>", "<div><table><tr><td>ab</td></tr></table></div>"),
        ("<a href=/x>a<a href=/y>b</a></a>", "<a href=\"/x\">a</a><a href=\"/y\">b</a>"),
    ])
    func `the output is balanced as a browser would have it`(_ source: String, _ expected: String) {
        #expect(clean(source) == expected)
    }

    /// A browser looks for the list or table of an item in what the page has around the text.
    @Test(arguments: [
        ("<li>a</li>", "a"), ("<div><li>a</div>", "<div>a</div>"), ("<td>a</td>", "a"), ("<tr><td>a", "a"),
        ("<dd>a</dd>", "a"), ("<summary>a</summary>", "a"), ("</li></ul></div>a", "a"), ("<source src=x>a", "a"),
    ])
    func `parts without their whole stay text`(_ source: String, _ expected: String) {
        #expect(clean(source) == expected)
    }

    @Test(arguments: [
        ("<b onclick=x>a</b>", "<b>a</b>"), ("<b ONCLICK='x' style=y class=z>a</b>", "<b>a</b>"),
        ("<b class=footnote-ref>a</b>", "<b class=\"footnote-ref\">a</b>"),
        ("<b id=x>a</b>", "<b id=\"user-content-x\">a</b>"),
        ("<a name=x>a</a>", "<a id=\"user-content-x\">a</a>"), ("<b id='a b'>a</b>", "<b>a</b>"),
        ("<b title='a\"b&quot;<'>c</b>", "<b title=\"a&quot;b&quot;&lt;\">c</b>"),
        ("<b title=a/b>c</b>", "<b title=\"a/b\">c</b>"),
        ("<b title=x title=y>c</b>", "<b title=\"x\">c</b>"), ("<b/title=x/>c", "<b title=\"x/\">c</b>"),
        ("<p align=middle dir=rtl>a</p>", "<p dir=\"rtl\">a</p>"),
        ("<p align=' Right '>a</p>", "<p align=\"right\">a</p>"),
        ("<td colspan=2>", ""), ("<table><td colspan=-1 rowspan=1001 width=5em>", "<table><td></td></table>"),
        (
            "<ol start=7 reversed type=I><li value=2>",
            "<ol reversed=\"\" start=\"7\" type=\"i\"><li value=\"2\"></li></ol>"
        ),
        ("<time datetime='2026-01-02T03:04Z'>a</time>", "<time datetime=\"2026-01-02T03:04Z\">a</time>"),
    ])
    func `attributes`(_ source: String, _ expected: String) {
        #expect(clean(source) == expected)
    }

    @Test func `a text within texts ends at a depth`() {
        let deep = clean(String(repeating: "<div>", count: 5000) + "x")
        #expect(deep.split(separator: "<div>").count == 1 && deep.contains("x</div>"))
        #expect(deep.count == Sanitizer.maximumDepth * 11 + 1)
    }

    @Test(arguments: [
        (
            "<video src=a.mp4 autoplay onplay=x>b</video>",
            "<video controls=\"\" preload=\"none\" src=\"/alice/vit/resolve/main/a.mp4\">b</video>"
        ),
        ("<video src=https://example.org/a.mp4>b</video>", "b"),
        (
            "<audio><source src=a.mp3 type=audio/mpeg></audio>",
            "<audio controls=\"\" preload=\"none\"><source src=\"/alice/vit/resolve/main/a.mp3\" type=\"audio/mpeg\"></audio>"
        ),
        (
            "<picture><source media='(prefers-color-scheme: dark)' srcset='d.png 2x'><img src=l.png></picture>",
            "<picture><source srcset=\"/alice/vit/resolve/main/d.png 2x\" media=\"(prefers-color-scheme: dark)\"><img src=\"/alice/vit/resolve/main/l.png\" alt=\"\" loading=\"lazy\"></picture>"
        ),
        ("<picture><source srcset='https://example.org/d.png'></picture>", "<picture></picture>"),
    ])
    func `sounds, films and versions of pictures`(_ source: String, _ expected: String) {
        #expect(clean(source) == expected)
    }
}
