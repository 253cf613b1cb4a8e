// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

extension CodeWords {
    static let python = CodeWords(
        """
        False None True and as assert async await break case class continue def del elif else except finally for from \
        global if import in is lambda match nonlocal not or pass raise return try while with yield self
        """,
        comments: ["#"],
        quotes: [Quote("\"\"\"", isLong: true), Quote("'''", isLong: true), Quote("\""), Quote("'")]
    ).with { $0.sigils = Array("@".utf8) }

    static let bash = CodeWords(
        """
        if then else elif fi for while until do done case esac in function select time return exit export local readonly \
        declare set unset shift source alias cd echo eval exec printf read test trap true false sudo FROM RUN COPY ENV \
        WORKDIR CMD ENTRYPOINT ARG EXPOSE
        """,
        comments: ["#"],
        quotes: [Quote("\"", isLong: true), Quote("'", isLong: true, escapes: false)]
    ).with {
        $0.commentsNeedSpace = true
        $0.nameMarks = Array("-.".utf8)
        $0.sigils = Array("$".utf8)
        $0.hasCalls = false
    }

    static let console = bash.with { $0.hasPrompts = true }

    static let json = CodeWords(
        "true false null",
        comments: ["//"],
        quotes: [Quote("\"")]
    ).with {
        $0.keys = .strings
        $0.hasCalls = false
    }

    static let yaml = CodeWords(
        "true false null yes no on off True False",
        comments: ["#"],
        quotes: [Quote("\""), Quote("'", escapes: false)]
    ).with {
        $0.commentsNeedSpace = true
        $0.keys = .lines(UInt8(ascii: ":"))
        $0.nameMarks = Array("-./".utf8)
        $0.hasCalls = false
    }

    static let toml = CodeWords(
        "true false inf nan",
        comments: ["#", ";"],
        quotes: [
            Quote("\"\"\"", isLong: true), Quote("'''", isLong: true, escapes: false), Quote("\""),
            Quote("'", escapes: false),
        ]
    ).with {
        $0.keys = .lines(UInt8(ascii: "="))
        $0.nameMarks = Array("-.".utf8)
        $0.hasCalls = false
    }

    static let swift = CodeWords(
        """
        actor any as associatedtype async await borrowing break case catch class consuming continue convenience default \
        defer deinit do else enum extension fallthrough false fileprivate final for func get guard if import in indirect \
        infix init inout internal is isolated lazy let macro mutating nil nonisolated nonmutating open operator optional \
        override package postfix prefix private protocol public repeat required rethrows return self Self sending set \
        some static struct subscript super switch throw throws true try typealias unowned var weak where while
        """,
        comments: ["//"],
        quotes: [
            Quote("#\"\"\"", "\"\"\"#", isLong: true, escapes: false), Quote("\"\"\"", isLong: true),
            Quote("#\"", "\"#", escapes: false), Quote("\""),
        ]
    ).with {
        $0.blockComment = Quote("/*", "*/", isLong: true, escapes: false)
        $0.sigils = Array("@#".utf8)
    }

    static let javascript = CodeWords(
        """
        abstract any as async await boolean break case catch class const continue debugger declare default delete do else \
        enum export extends false finally for from function get if implements import in instanceof interface keyof let \
        namespace new null number of private protected public readonly return set static string super switch this throw \
        true try type typeof undefined unknown var void while with yield
        """,
        comments: ["//"],
        quotes: [Quote("`", isLong: true), Quote("\""), Quote("'")]
    ).with {
        $0.blockComment = Quote("/*", "*/", isLong: true, escapes: false)
        $0.nameMarks = Array("$".utf8)
        $0.sigils = Array("@".utf8)
    }

    static let c = CodeWords(
        """
        alignas alignof asm auto bool break case catch char class const constexpr const_cast continue decltype default \
        delete do double dynamic_cast else enum explicit export extern false final float for friend goto if inline int \
        long mutable namespace new noexcept nullptr operator override private protected public register reinterpret_cast \
        restrict return short signed sizeof static static_assert static_cast struct switch template this throw true try \
        typedef typeid typename union unsigned using virtual void volatile while size_t uint8_t uint16_t uint32_t \
        uint64_t int8_t int16_t int32_t int64_t NULL __global__ __device__ __host__ __shared__ #include #define #ifdef \
        #ifndef #endif #if #else #elif #undef #pragma #error
        """,
        comments: ["//"],
        quotes: [Quote("\""), Quote("'")]
    ).with {
        $0.blockComment = Quote("/*", "*/", isLong: true, escapes: false)
        $0.sigils = Array("#".utf8)
    }

    static let sql = CodeWords(
        """
        add all alter and as asc begin between by case cast check column commit constraint create cross default delete \
        desc distinct drop else end except exists explain foreign from full group having if in index inner insert \
        intersect into is join key left like limit not null offset on or order outer over partition pragma primary \
        references returning right rollback select set table then transaction trigger union unique update using values \
        view when where with integer text blob real boolean varchar int bigint timestamp date
        """,
        comments: ["--"],
        quotes: [Quote("'", isLong: true, escapes: false), Quote("\"", escapes: false)]
    ).with {
        $0.ignoresCase = true
        $0.blockComment = Quote("/*", "*/", isLong: true, escapes: false)
    }
}
