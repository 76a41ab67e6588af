using FieldNode.Answers.Facts;
using FieldNode.Host.Export;
using FieldNode.Tests.Support;
using Parquet;

namespace FieldNode.Tests.Host;

/// <summary>Exports, opened as people open them: in LibreOffice, headless.</summary>
public sealed class ExportTests
{
    private static readonly string[] s_hostile = ["=1+1", "+8613800000000", "-2+3", "@SUM(1)", "\t=1+1", "\r=2",
        "=HYPERLINK(\"http://x\",\"点我\")", "_x0041_", "正飞花园", "a,\"b\"\nc", "\uFFFE", "007"];

    [Theory]
    [InlineData("xlsx")]
    [InlineData("csv")]
    public async Task Chinese_shows_and_no_cell_is_a_formula(string format)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("people." + format);
        await Write(format, path, [.. s_hostile.Select((text, i) => Row(text, i))]);
        string[] filter = format == "csv" ? ["--infilter=CSV:44,34,76,1"] : [];

        var (_, output) = Repository.Run("soffice", directory.Path,
            [$"-env:UserInstallation=file://{directory.File("profile")}", "--headless", "--norestore", .. filter, "--convert-to", "fods",
            "--outdir", directory.Path, path]);

        Assert.True(File.Exists(directory.File("people.fods")), output);
        var sheet = await File.ReadAllTextAsync(directory.File("people.fods"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("table:formula=", sheet, StringComparison.Ordinal);
        Assert.Contains("正飞花园", sheet, StringComparison.Ordinal);
        Assert.Contains("11010519491231002X", sheet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠SUM(1)")]
    [InlineData("=1+1")]
    public void A_cell_that_a_spreadsheet_would_run_begins_with_a_quote_its_wide_forms_too(string hostile)
    {
        using var stream = new MemoryStream();
        PeopleExport.WriteCsv([Row(hostile, 1)], stream);

        Assert.Contains("'" + hostile, System.Text.Encoding.UTF8.GetString(stream.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sheet_that_is_full_is_followed_by_another()
    {
        using var directory = new TemporaryDirectory();
        await using (var stream = new FileStream(directory.File("people.xlsx"), FileMode.Create, FileAccess.ReadWrite))
        {
            Assert.Equal(25, await XlsxExport.Write(Enumerable.Range(0, 25).Select(i => Row("S", i)), stream, sheetRowsMax: 11));
        }

        var (_, output) = Repository.Run("soffice", directory.Path, $"-env:UserInstallation=file://{directory.File("profile")}",
            "--headless", "--norestore", "--convert-to", "fods", "--outdir", directory.Path, directory.File("people.xlsx"));
        Assert.True(File.Exists(directory.File("people.fods")), output);
        var sheet = await File.ReadAllTextAsync(directory.File("people.fods"), TestContext.Current.CancellationToken);
        Assert.All(new[] { "people 1", "people 2", "people 3" },
            name => Assert.Contains($"table:name=\"{name}\"", sheet, StringComparison.Ordinal));
        Assert.DoesNotContain("people 4", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_holds_the_rows_by_column()
    {
        using var directory = new TemporaryDirectory();
        await Write("parquet", directory.File("people.parquet"), [.. s_hostile.Select((text, i) => Row(text, i))]);

        await using var reader = await ParquetReader.CreateAsync(directory.File("people.parquet"),
            cancellationToken: TestContext.Current.CancellationToken);
        using var group = reader.OpenRowGroupReader(0);
        var sites = new string?[s_hostile.Length];
        var positions = new long[s_hostile.Length];
        var fields = reader.Schema.GetDataFields();
        await group.ReadAsync(fields.Single(field => field.Name == "site"), sites.AsMemory(),
            cancellationToken: TestContext.Current.CancellationToken);
        await group.ReadAsync<long>(fields.Single(field => field.Name == "position"), positions.AsMemory(),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal<string?>(s_hostile, sites);
        Assert.Equal(Enumerable.Range(1, s_hostile.Length).Select(i => (long)i), positions);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("xlsx")]
    [InlineData("parquet")]
    public async Task Nobody_is_a_file_with_its_columns(string format)
    {
        using var directory = new TemporaryDirectory();
        await Write(format, directory.File("none"), []);
        Assert.Equal(format == "jsonl", new FileInfo(directory.File("none")).Length == 0);
    }

    private static PersonRow Row(string text, int i)
    {
        return new PersonRow((ulong)i, 1, (uint)i, text, text, 1, "ZZ00000001", i + 1, "11010519491231002X", "general", text,
            PersonState.Valid, default)
        { Place = text };
    }

    private static async Task Write(string format, string path, PersonRow[] rows)
    {
        await using var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite);
        Assert.Equal(rows.Length, await PeopleExport.Write(format, rows, stream));
    }
}
