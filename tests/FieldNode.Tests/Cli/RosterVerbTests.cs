using FieldNode.Host;
using FieldNode.Host.Store;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

public sealed class RosterVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_roster_is_imported_whole_whatever_the_order_of_its_columns()
    {
        var (exit, _, error) = Import("\uFEFFBuilding,Phone,Person,Household\r\n3,\"1,2\",11010519491231002x,1201\r\n3,,E12345678,1201\r\n");

        Assert.True(exit == ExitCode.Done, error);
        Assert.Equal(["11010519491231002X", "E12345678"], new Rosters(HostStore.Open(_directory.File("data"))).People().Select(person => person.Person));
        Assert.Contains("2 people in 1 households", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("person,household\n11010519491231002X,1\n110105194912310021,1\n", "line 3: person '110…0021': the check digit is wrong")]
    [InlineData("person,household\nE12345678,1\nE12345678,2\n", "line 3: person 'E12…5678' stands in line 2 already")]
    [InlineData("person,household\n,1\n", "line 2: person is empty")]
    [InlineData("person,household\nE12345678\n", "has no household")]
    [InlineData("person,household\n王,1\n", "is no code")]
    public void One_wrong_line_and_nothing_is_imported(string csv, string message)
    {
        var (exit, _, error) = Import(csv);

        Assert.Equal(ExitCode.Refused, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains("roster-lines", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_directory.File("data"), HostStore.FileName)));
    }

    [Theory]
    [InlineData("name,door\nx,1\n", "roster-columns", ExitCode.Usage)]
    [InlineData("", "roster-columns", ExitCode.Usage)]
    public void A_file_that_is_no_roster_is_named(string csv, string code, int exit)
    {
        var result = Import(csv);

        Assert.Equal(exit, result.Exit);
        Assert.Contains(code, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_encodings_hostile_quotes_and_too_many_people_are_refused()
    {
        File.WriteAllBytes(_directory.File("gbk.csv"), [.. "person,household\nE12345678,"u8, 0xD5, 0xC5, .. "\n"u8]);
        Assert.Contains("file-unreadable", Tool.Run("roster", "import", _directory.File("gbk.csv"), "--site", "S", "--data", _directory.File("data")).Error, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Done, Import("person,household\n\"" + new string('x', 200_000)).Exit);
        var many = "person,household\n" + string.Concat(Enumerable.Range(0, 10_001).Select(i => $"E{i:D8},{i}\n"));
        Assert.Contains("roster-too-large", Import(many).Error, StringComparison.Ordinal);
    }

    private (int Exit, string Output, string Error) Import(string csv)
    {
        File.WriteAllText(_directory.File("people.csv"), csv);
        return Tool.Run("roster", "import", _directory.File("people.csv"), "--site", "S", "--data", _directory.File("data"));
    }
}
