"""The gates and the page must be able to fail, and the readers must read.

  python3 -m unittest bench.test_bench
"""

import unittest

from bench.chip import gate, link_map, stack
from bench.page import markdown
from bench.page.write import stale
from bench.tool import weight
from bench.wire import line_log

ROW = {
    "processor": "cortex-m0plus", "level": "Os", "part": "host", "text": 2000, "state": 88,
    "frame": 32, "stack": 72, "data": 0, "bss": 0,
}  # fmt: skip
FIGURES = {"compilers": {"cortex-m0plus": "12.2.1"}, "rows": [ROW]}


class Gate(unittest.TestCase):
    def setUp(self):
        _, self.bounds = gate.parse_bounds(gate.format_bounds(FIGURES))

    def excesses(self, **changes):
        return gate.excesses([{**ROW, **changes}], self.bounds)

    def test_what_the_bounds_were_taken_from_passes(self):
        self.assertEqual(self.excesses(), [])

    def test_code_a_hundredth_larger_passes_and_one_byte_more_fails(self):
        self.assertEqual(self.excesses(text=2020), [])
        self.assertEqual(
            self.excesses(text=2021), ["cortex-m0plus Os host: text 2021 > 2020"]
        )

    def test_memory_may_not_grow_by_a_byte(self):
        for column in ("state", "frame", "stack", "data", "bss"):
            self.assertEqual(len(self.excesses(**{column: ROW[column] + 1})), 1, column)

    def test_a_part_without_a_bound_fails(self):
        self.assertEqual(len(self.excesses(part="new")), 1)


class LinkMap(unittest.TestCase):
    def test_only_what_was_kept_counts_also_under_long_names(self):
        text = (
            "Discarded input sections\n .text  0x0  0x64 a.o\n"
            "Linker script and memory map\n"
            " .text.f         0x00000000       0x10 a.o\n"
            " .text.a_long_name_that_has_a_line_of_its_own\n"
            "                0x00000010       0x20 b.o\n"
            " .rodata.t       0x00000030        0x4 b.o\n"
            " .text.avr-libc  0x00000034        0x2 c.o\n"
            " .debug_info     0x00000000      0x100 b.o\n"
        )
        self.assertEqual(
            list(link_map.contributions(text)),
            [
                ("text", ".text.f", 16, "a.o"),
                ("text", ".text.a_long_name_that_has_a_line_of_its_own", 32, "b.o"),
                ("text", ".rodata.t", 4, "b.o"),
                ("text", ".text.avr-libc", 2, "c.o"),
            ],
        )


class Stack(unittest.TestCase):
    def test_the_deepest_chain_is_found(self):
        graph = {"a": ["b", "c"], "b": [], "c": ["b"]}
        self.assertEqual(
            stack.deepest(graph, {"a": 8, "b": 4, "c": 16}, "a"), (28, ["a", "c", "b"])
        )

    def test_recursion_is_not_overlooked(self):
        with self.assertRaises(AssertionError):
            stack.deepest({"a": ["b"], "b": ["a"]}, {}, "a")


class Page(unittest.TestCase):
    PAGE = "before\n<!-- x -->\nold\n<!-- end of x -->\nafter\n"

    def test_a_part_is_replaced_and_nothing_else(self):
        page = markdown.put(self.PAGE, "x", "new")
        self.assertEqual(markdown.get(page, "x"), "new")
        self.assertEqual(page.replace("\nnew\n\n", "old\n"), self.PAGE)

    def test_a_changed_figure_makes_the_page_stale(self):
        from bench.page import parts

        page = "".join(
            f"<!-- {name} -->\nold\n<!-- end of {name} -->\n" for name in parts.PARTS
        )
        figures = {source: {} for source, _, _ in parts.PARTS.values()}
        kept = dict(parts.PARTS)
        try:
            for name, (source, _, repeatable) in kept.items():
                parts.PARTS[name] = (source, lambda _: "old", repeatable)
            self.assertEqual(stale(page, figures), [])
            parts.PARTS["cycles"] = ("cycles", lambda _: "new", True)
            self.assertTrue(stale(page, figures))
        finally:
            parts.PARTS.update(kept)


class SystemCalls(unittest.TestCase):
    def test_only_what_lies_between_packets_counts(self):
        log = (
            '1 openat(AT_FDCWD, "x", O_RDONLY) = 3\n1 writev(4, [{"\\xaa", 9}], 3) = 1023\n'
            '1 epoll_pwait2(5, [], 8, NULL, NULL, 8) = 1\n1 read(4, "\\xaa", 64) = 13\n'
            '1 writev(4, [{"\\xaa", 9}], 3) = 1023\n1 close(4) = 0\n'
        )
        by_name, packets, once = weight.calls_in(log)
        self.assertEqual(by_name, {"writev": 1, "epoll_pwait2": 1, "read": 1})
        self.assertEqual((packets, once), (1, 3))


class LineLog(unittest.TestCase):
    def test_the_time_runs_from_the_first_data_to_the_answer_to_the_last(self):
        log = (
            "0 up in 1\n100 up out 1\n1000 up in 1025\n50000 down out 1025\n50001 down in 13\n"
            "51000 up out 13\n51040 up in 1025\n99000 down out 1025\n100000 up out 13\n"
            "900000 up in 7\n"
        )
        line = line_log.read(log)
        self.assertEqual((line.sent, line.answered), (2050, 26))
        self.assertAlmostEqual(line.seconds, 0.099)
        self.assertEqual(line.turns_us, [40])


if __name__ == "__main__":
    unittest.main()
