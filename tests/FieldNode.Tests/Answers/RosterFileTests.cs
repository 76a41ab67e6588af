using System.IO.Compression;
using System.Text;
using FieldNode.Answers.Roster;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

/// <summary>Rosters as people write them, and hostile ones.</summary>
public sealed class RosterFileTests : IDisposable
{
    private static readonly int s_damaged = Sweep.Count(3000, 600);

    private const string Workbook =
        """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="名册" sheetId="1" r:id="rId1"/></sheets></workbook>""";
    private const string Relations =
        """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>""";
    private const string SheetStart = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>""";
    private const string SheetEnd = "</sheetData></worksheet>";
    private const string Head =
        """<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>""";
    private const string Shared =
        """<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>身份证号</t></si><si><r><t>房</t></r><r><t>号</t></r><rPh><t>fang</t></rPh></si></sst>""";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("utf-8", "CSV, UTF-8")]
    [InlineData("utf-8-bom", "CSV, UTF-8")]
    [InlineData("utf-16", "CSV, UTF-16")]
    [InlineData("GB18030", "CSV, GB18030")]
    public void Chinese_columns_and_names_are_read_in_every_encoding_that_Excel_writes(string encoding, string form)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        const string csv = "姓名,身份证号,楼栋,房号,联系电话,人员类别,备注\r\n张㐂,11010519491231002x,3,3-1201,139-0000-0001,老人,无\r\n";
        var bytes = encoding switch
        {
            "utf-8" => new UTF8Encoding(false).GetBytes(csv),
            "utf-8-bom" => [0xEF, 0xBB, 0xBF, .. new UTF8Encoding(false).GetBytes(csv)],
            "utf-16" => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(csv)],
            _ => Encoding.GetEncoding(encoding).GetBytes(csv),
        };

        var content = Read(bytes);

        Assert.Equal(form, content.Form);
        var person = content.People.Single();
        Assert.Equal(("张㐂", "11010519491231002X", "3", "3-1201", "139-0000-0001", "elder"),
            (person.Name, person.Person, person.Building, person.Household, person.Phone, person.Category));
        Assert.Equal(["备注"], content.Columns.Unused);
    }

    [Fact]
    public void Columns_that_are_told_are_joined()
    {
        var content = Read("证,栋,单元,室\nE12345678,3,2,1201\n"u8.ToArray(), "person=证", "household=栋+单元+室", "building=栋");

        Assert.Equal(("3-2-1201", "3"), (content.People.Single().Household, content.People.Single().Building));
    }

    [Theory]
    [InlineData("person,household\nE1,1\n\"E2,1\nE3,1\n", "never closed")]
    [InlineData("person,household\nE1,\"a\nb\"\n", "control character")]
    [InlineData("person,household\n1.10105E+17,1\n", "cut short")]
    [InlineData("person,household\n'110105194912310038,1\n", "begins with '")]
    [InlineData("person,household\n=A1,1\n", "begins with =")]
    [InlineData("person,household\nE1,a\0b\n", "control character")]
    [InlineData("person,household\n110105202102300015,1\n", "check digit")]
    [InlineData("person,household\n110105202102300011,1\n", "does not exist")]
    [InlineData("person,household,slot\nE1,1,25:00\n", "slot '25:00' is invalid")]
    [InlineData("person,household,slot\nE1,1,2021-02-30 08:00\n", "is invalid")]
    [InlineData("person,household,category\nE1,1,vip\n", "category 'vip' is unknown")]
    [InlineData("person,household,name\nE1,1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "more than 96 bytes")]
    public void Odd_cells_are_named_by_line(string csv, string why)
    {
        var said = Said(() => Read(Encoding.UTF8.GetBytes(csv)));

        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sheet_is_read_with_its_texts_numbers_and_row_numbers()
    {
        var content = Read(Xlsx(Head
            + """<row r="3"><c r="A3" t="inlineStr"><is><t>李四</t></is></c><c r="B3"><v>110105194912310038</v></c><c r="C3" t="str"><v>3-1201</v></c></row><row r="5"><c r="B5" t="inlineStr"><is><t>110105194912310039</t></is></c><c r="C5" t="inlineStr"><is><t>1</t></is></c></row>"""));

        Assert.Equal("sheet '名册'", content.Form);
        Assert.Equal(("李四", "110105194912310038", "3-1201"),
            (content.People.Single().Name, content.People.Single().Person, content.People.Single().Household));
        Assert.Equal("line 5: person '110…0039': the check digit is wrong", content.Faults.Single());
    }

    [Fact]
    public void A_formula_is_named_and_not_taken_for_its_value()
    {
        var content = Read(Xlsx(Head
            + """<row r="2"><c r="B2" t="str"><f>WEBSERVICE("http://x")</f><v>E12345678</v></c><c r="C2"><v>1</v></c></row>"""));

        Assert.Equal("line 2: the cell in column 2 is a formula: save the file with its values", content.Faults.Single());
        Assert.Empty(content.People);
    }

    public static TheoryData<string, string> HostileSheets => new()
    {
        { "a document type", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + SheetStart
            + "<row><c t=\"inlineStr\"><is><t>&e;</t></is></c></row>" + SheetEnd },
        { "a long cell", SheetStart + Head + "<row r=\"2\"><c r=\"B2\" t=\"inlineStr\"><is><t>" + new string('x', 200_000)
            + "</t></is></c></row>" + SheetEnd },
        { "deep nesting", SheetStart + string.Concat(Enumerable.Repeat("<c>", 50_000)) },
        { "a long tag", SheetStart + "<row " + string.Concat(Enumerable.Range(0, 60_000).Select(i => $"a{i}='1' ")) + "/>" + SheetEnd },
        { "rows that go back", SheetStart + Head + "<row r=\"1\"/>" + SheetEnd },
        { "a row beyond the sheet", SheetStart + Head + "<row r=\"2000000000\"/>" + SheetEnd },
        { "a column beyond reason", SheetStart + Head + "<row r=\"2\"><c r=\"XFD2\"><v>1</v></c></row>" + SheetEnd },
        { "a text that is not there", SheetStart + "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row>" + SheetEnd },
        { "no XML", "PK" },
        { "an invalid cell reference", SheetStart + Head + "<row r=\"2\"><c r=\"??\"><v>1</v></c></row>" + SheetEnd },
    };

    [Theory]
    [MemberData(nameof(HostileSheets))]
    public void A_hostile_sheet_is_refused_with_a_reason(string what, string sheet)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<HostFault>(() => Read(Zip(sheet)));

        Assert.True(fault.Code == "file-unreadable", $"{what}: {fault.Code}");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64_000_000, what);
    }

    [Fact]
    public void Cells_far_to_the_right_take_no_memory_and_too_many_are_refused()
    {
        var far = string.Concat(Enumerable.Range(2, 40_000).Select(i => $"<row r=\"{i}\"><c r=\"IV{i}\"><v>1</v></c></row>"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("cells", Said(() => Read(Xlsx(Head + far))), StringComparison.Ordinal);
        var empty = string.Concat(Enumerable.Range(2, 40_000)
            .Select(i => $"<row r=\"{i}\"><c r=\"B{i}\"><v>1</v></c><c r=\"IV{i}\"><v></v></c></row>"));
        Assert.DoesNotContain("cells", Said(() => Read(Xlsx(Head + empty))), StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 250_000_000,
            $"{GC.GetAllocatedBytesForCurrentThread() - before} bytes");
        Assert.Contains("cells",
            Said(() => Read(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string(',', 9_999) + "\n", 420))))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, "xl/workbook.xml", Workbook);
            Put(zip, "xl/_rels/workbook.xml.rels", Relations);
            using var bomb = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.SmallestSize).Open();
            var blanks = new byte[1_000_000];
            blanks.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 300; i++)
            {
                bomb.Write(blanks);
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("has 300000000 bytes", Said(() => Read(stream.ToArray())), StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8_000_000);
    }

    [Fact]
    public void Random_damage_to_a_sheet_never_crashes_the_reader()
    {
        var random = new Random(Seed.Take(nameof(Random_damage_to_a_sheet_never_crashes_the_reader)));
        var honest = Xlsx(Head + string.Concat(Enumerable.Range(2, 30).Select(i => $"<row r=\"{i}\"><c r=\"B{i}\" "
            + $"t=\"inlineStr\"><is><t>E{i:D8}</t></is></c><c r=\"C{i}\"><v>{i}</v></c></row>")));
        for (var i = 0; i < s_damaged; i++)
        {
            var bytes = honest.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                bytes[random.Next(2, bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(bytes);
            }
            catch (HostFault fault)
            {
                Assert.Contains(fault.Code, new[] { "file-unreadable", "roster-columns" });
            }
        }
    }

    [Theory]
    [InlineData("\u00d0\u00cf\u0011\u00e0", "old .xls file")]
    public void An_old_or_locked_workbook_is_named(string start, string why)
    {
        Assert.Contains(why, Said(() => Read(Encoding.Latin1.GetBytes(start + "rest"))), StringComparison.Ordinal);
    }

    private static string Said(Func<RosterFileContent> read)
    {
        try
        {
            return string.Join('\n', read().Faults);
        }
        catch (HostFault fault)
        {
            return fault.English;
        }
    }

    private RosterFileContent Read(byte[] bytes, params string[] told)
    {
        File.WriteAllBytes(_directory.File("roster"), bytes);
        return RosterFile.Read(_directory.File("roster"), "S", told);
    }

    private static byte[] Xlsx(string rows) => Zip(SheetStart + rows + SheetEnd);

    private static byte[] Zip(string sheet)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(zip, "xl/workbook.xml", Workbook);
            Put(zip, "xl/_rels/workbook.xml.rels", Relations);
            Put(zip, "xl/sharedStrings.xml", Shared);
            Put(zip, "xl/worksheets/sheet1.xml", sheet);
        }

        return stream.ToArray();
    }

    private static void Put(ZipArchive zip, string name, string text)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(text);
    }
}
