# SPDX-License-Identifier: MIT
"""`gsmflash decode`, on recordings made by hand."""
import unittest

import harness
import recording
from recording import HOST, MODULE


class Decode(harness.Case):
    def file(self, content, name="session.pcapng"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def decode(self, content, *options, status=harness.DONE):
        result = harness.run("decode", self.file(content), *options)
        self.assertEqual(result.status, status, result.stderr)
        return result

    def objects(self, content, *options, status=harness.DONE):
        return self.decode(content, "--json", *options, status=status).objects()

    def frames(self, content):
        return [each for each in self.objects(content) if each["type"] == "frame"]


class Trace(Decode):
    def test_every_frame_with_its_fields(self):
        frames = self.frames(recording.recorded())
        sent = [each for each in recording.SESSION if each[2][0] == 0xAA]
        self.assertEqual(len(frames), len(sent))
        for found, (time_ms, speaker, content) in zip(frames, sent):
            self.assertEqual(found["time_us"], time_ms * 1000)
            self.assertEqual(found["from"], {HOST: "host", MODULE: "module"}[speaker])
            self.assertEqual(found["bytes"], len(content))
            self.assertEqual(found["crc_sent"], content[-2:].hex())
        self.assertEqual(frames[0]["version"], 7)
        self.assertEqual((frames[1]["status"], frames[1]["mtu"]), (0, 128))
        self.assertEqual((frames[2]["number"], frames[2]["block_bytes"]), (0, 100))
        self.assertEqual((frames[3]["status"], frames[3]["next"]), (1, 0))
        self.assertEqual([each["command"] for each in frames[-4:]],
                         ["CMD_DL_END", "CMD_DL_END_RSP", "CMD_RUN_GSMSW", "CMD_RUN_GSMSW_RSP"])

    def test_repeats_and_why(self):
        repeats = [(each["number"], each["transmission"], each["cause"])
                   for each in self.frames(recording.recorded()) if each.get("transmission", 1) > 1]
        self.assertEqual(repeats, [(0, 2, "status"), (1, 2, "silence"), (2, 2, "damaged")])

    def test_doubled_answer_and_wrong_crc(self):
        frames = self.frames(recording.recorded())
        self.assertEqual([each["time_us"] for each in frames if each.get("unexpected")], [3151000])
        self.assertEqual([each["time_us"] for each in frames if each["crc"] == "wrong"], [3166000])

    def test_sync_words_in_a_row_are_one_line(self):
        words = [(each["word"], each["count"]) for each in self.objects(recording.recorded())
                 if each["type"] == "sync"]
        self.assertEqual(words, [("SYNC_WORD1", 3), ("SYNC_WORD_RSP1", 1), ("SYNC_WORD2", 1),
                                 ("SYNC_WORD_RSP2", 1)])

    def test_summary(self):
        summary = self.objects(recording.recorded(), "--summary")[-1]
        host = sum(len(content) for _, who, content in recording.SESSION if who == HOST)
        module = sum(len(content) for _, who, content in recording.SESSION if who == MODULE)
        self.assertEqual((summary["host_bytes"], summary["module_bytes"]), (host, module))
        self.assertEqual(summary["outcome"], "started")
        self.assertEqual((summary["packets"], summary["image_bytes"]), (3, 255))
        self.assertAlmostEqual(summary["efficiency"], 255 / (host + module - 6), places=6)
        self.assertEqual((summary["repeats"], summary["broken"], summary["unexpected"]), (3, 1, 1))
        self.assertEqual(summary["repeat_bytes"], 2 * 111 + 66)
        self.assertEqual(summary["repeat_us"], (13 + 3000 + 66) * 1000)
        self.assertEqual((summary["slowest_us"], summary["slowest_number"]), (60000, 1))
        self.assertFalse(summary["truncated"])

    def test_text_marks_what_was_wrong(self):
        lines = self.decode(recording.recorded()).stdout.splitlines()
        marked = [line for line in lines if line.startswith("!")]
        for words in ("1 CRC16 error, next 0", "sent again (2), the module asks for it",
                      "sent again (2), nothing came", "sent again (2), what came was no answer",
                      "silence of 3.000 s", "nothing waits for it", "CRC WRONG"):
            self.assertEqual(len([line for line in marked if words in line]), 1, words)
        self.assertIn('text of 7 bytes: "\\r\\nRDY\\r\\n"', "\n".join(lines))
        self.assertIn("the module has started it", "\n".join(lines))

    def test_gap_can_be_chosen(self):
        self.assertFalse([each for each in self.objects(recording.recorded(), "--gap", "4")
                          if each["type"] == "gap"])
        gaps = [each["gap_us"] for each in self.objects(recording.recorded(), "--gap", "0.055")
                if each["type"] == "gap"]
        self.assertEqual(gaps, [3000000, 60000, 60000])

    def test_either_byte_order_and_other_units_of_time(self):
        whole = self.objects(recording.recorded())[1:]
        for form in ({"order": ">"}, {"digits": 9}, {"digits": 3}, {"order": ">", "digits": 7}):
            with self.subTest(form):
                self.assertEqual(self.objects(recording.recorded(**form))[1:], whole)

    def test_bytes_in_any_lumps(self):
        single = []
        for time_ms, speaker, content in recording.SESSION:
            single += [(time_ms, speaker, bytes([byte])) for byte in content]
        self.assertEqual(self.objects(recording.recorded(single)),
                         self.objects(recording.recorded()))

    def test_cut_off_anywhere_decodes_as_far_as_it_goes(self):
        content = recording.recorded()
        whole = self.decode(content).stdout.splitlines()
        for size in range(200, len(content), 97):
            result = harness.run("decode", self.file(content[:size]))
            self.assertIn(result.status, (harness.DONE, harness.REFUSED))
            lines = [line for line in result.stdout.splitlines() if not line.startswith("#")]
            shown = [line for line in whole if not line.startswith("#")]
            self.assertEqual(lines[:-1], shown[:max(0, len(lines) - 1)])
            self.assertIn("cut off", result.stderr)
        self.assertTrue(self.objects(content[:-1])[-1]["truncated"])

    def test_damage_is_named_and_what_is_before_it_shown(self):
        content = bytearray(recording.recorded())
        content[-4] ^= 1
        result = self.decode(bytes(content))
        self.assertIn("damaged", result.stderr)
        self.assertIn("CMD_RUN_GSMSW_RSP", result.stdout)

    def test_several_ports_do_not_mix(self):
        trace = recording.Pcapng()
        trace.interface("/dev/a")
        trace.interface("/dev/b")
        for time_ms, speaker, content in recording.SESSION:
            for port in (0, 1):
                half = len(content) // 2
                for part in (content[:half], content[half:]):
                    if part:
                        trace.packet(time_ms * 1000 + port, speaker, part, port)
        summaries = [each for each in self.objects(trace.bytes) if each["type"] == "summary"]
        self.assertEqual([each["port"] for each in summaries], ["/dev/a", "/dev/b"])
        for each in summaries:
            self.assertEqual((each["outcome"], each["image_bytes"]), ("started", 255))
        self.assertIn("[/dev/b] ", self.decode(trace.bytes).stdout)

    def test_notes(self):
        trace = recording.Pcapng()
        trace.interface("port")
        trace.packet(0, 0, comment="power off")
        trace.packet(500000, 0, comment="power on")
        trace.packet(500010, HOST, b"\xb5")
        notes = [(each["time_us"], each["text"]) for each in self.objects(trace.bytes)
                 if each["type"] == "note"]
        self.assertEqual(notes, [(0, "power off"), (500000, "power on")])

    def test_packets_of_other_links_are_left_out_and_counted(self):
        trace = recording.Pcapng()
        trace.interface("port")
        trace.interface("eth0", link=1)
        trace.packet(0, HOST, recording.begin())
        trace.packet(1, HOST, recording.begin(), port=1)
        result = self.decode(trace.bytes)
        self.assertEqual(result.stdout.count("CMD_DL_BEGIN"), 1)
        self.assertIn("1 packets are of no serial line", result.stderr)

    def test_two_traces_in_one_file(self):
        content = recording.recorded() + recording.recorded(order=">")
        summaries = [each for each in self.objects(content) if each["type"] == "summary"]
        self.assertEqual([each["image_bytes"] for each in summaries], [255, 255])


class Outcome(Decode):
    def outcome(self, upto):
        return self.objects(recording.recorded(recording.SESSION[:upto]))[-1]["outcome"]

    def test_what_the_module_is_left_with(self):
        self.assertEqual(self.outcome(3), "nothing")
        self.assertEqual(self.outcome(6), "untouched")
        self.assertEqual(self.outcome(7), "invalid")
        self.assertEqual(self.outcome(21), "invalid")
        self.assertEqual(self.outcome(22), "complete")
        self.assertEqual(self.outcome(24), "started")

    def test_module_that_counts_bytes(self):
        session = [(0, HOST, recording.begin()), (1, MODULE, recording.begin_rsp())]
        for i in range(3):
            session += [(10 * i + 2, HOST, recording.data(100 * i, recording.BLOCK)),
                        (10 * i + 5, MODULE, recording.data_rsp(0, 100 * i + 100))]
        summary = self.objects(recording.recorded(session))[-1]
        self.assertEqual((summary["image_bytes"], summary["unexpected"]), (300, 0))


class Raw(Decode):
    def direction(self, speaker):
        return b"".join(content for _, who, content in recording.SESSION if who == speaker)

    def test_dump_of_either_direction(self):
        for speaker, name, count in ((HOST, "host", 9), (MODULE, "module", 9)):
            with self.subTest(name):
                objects = self.objects(self.direction(speaker))
                frames = [each for each in objects if each["type"] == "frame"]
                self.assertEqual(objects[0]["format"], "raw")
                self.assertEqual({each["from"] for each in frames}, {name})
                self.assertEqual(len(frames), count)
                self.assertFalse([each for each in objects if "time_us" in each])

    def test_repeats_show_in_a_dump_of_the_host(self):
        numbers = [(each["number"], each["transmission"])
                   for each in self.frames(self.direction(HOST)) if "number" in each]
        self.assertEqual(numbers, [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2)])

    def test_frame_with_lost_byte_hides_no_other(self):
        broken = recording.data(1, b"\xaa\xb5\xa9" * 30)
        content = recording.data(0, recording.BLOCK) + broken[:50] + broken[51:] + recording.end()
        objects = self.objects(content)
        self.assertEqual([each["command"] for each in objects if each["type"] == "frame"],
                         ["CMD_DL_DATA", "CMD_DL_END"])
        self.assertFalse([each for each in objects if each["type"] == "sync"])
        self.assertEqual(sum(each["bytes"] for each in objects if each["type"] == "noise"),
                         len(broken) - 1)

    def test_frame_with_wrong_crc_is_shown_as_one(self):
        content = bytearray(recording.data(0, recording.BLOCK) + recording.end())
        content[20] ^= 0x10
        self.assertEqual([each["crc"] for each in self.frames(bytes(content))], ["wrong", "ok"])

    def test_cut_off_in_a_frame(self):
        objects = self.objects(recording.begin() + recording.data(0, recording.BLOCK)[:60])
        cut = [each for each in objects if each["type"] == "cut"]
        self.assertEqual([(each["command"], each["bytes"]) for each in cut], [("CMD_DL_DATA", 60)])

    def test_large_dump(self):
        content = b"".join(recording.data(i, bytes(1012)) for i in range(300))
        self.assertEqual([each["number"] for each in self.frames(content)], list(range(300)))

    def test_from_a_pipe(self):
        with open(self.file(recording.recorded()), "rb") as trace:
            result = harness.run("decode", "-", stdin=trace)
        self.assertEqual(result.status, harness.DONE)
        self.assertIn("CMD_RUN_GSMSW_RSP", result.stdout)


class Bad(Decode):
    def test_nothing_of_the_protocol(self):
        for content in (b"hello", b"\x0a", bytes(100), recording.Pcapng().bytes):
            with self.subTest(content):
                self.decode(content, status=harness.REFUSED)

    def test_what_is_no_file(self):
        self.check_error(harness.run("decode", self.folder / "none"), harness.NOT_OPENED, "No such")
        self.check_error(harness.run("decode", self.folder), harness.NOT_OPENED, "a directory")
        self.check_error(harness.run("decode", self.file(b"")), harness.NOT_OPENED, "is empty")

    def test_usage(self):
        for arguments in ([], ["a", "b"], ["a", "--gap", "x"], ["a", "--nonsense"]):
            self.check_error(harness.run("decode", *arguments), harness.USAGE, "decode --help")


if __name__ == "__main__":
    unittest.main()
