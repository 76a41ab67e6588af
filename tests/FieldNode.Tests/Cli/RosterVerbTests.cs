using FieldNode.Answers.Roster;
using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

public sealed class RosterVerbTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public RosterVerbTests()
    {
        AnsweringStore.Open(_directory.File("data"));
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_roster_is_imported_whole_whatever_the_order_of_its_columns()
    {
        var (exit, _, error) = Import("\uFEFFBuilding,Phone,Person,Household\r\n"
            + "3,\"1,2\",11010519491231002x,1201\r\n3,,E12345678,1201\r\n");

        Assert.True(exit == ExitCode.Done, error);
        Assert.Equal(["11010519491231002X", "E12345678"], new Rosters(AnsweringStore.Open(_directory.File("data"))).People()
            .Select(person => person.Person));
        Assert.Contains("the roster of S, number 1, has 2 people; 1 households", error, StringComparison.Ordinal);
        Assert.Contains("person ← Person", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("person,household\n11010519491231002X,1\n110105194912310021,1\n", "line 3: person '110…0021': the check digit is wrong")]
    [InlineData("person,household\nE12345678,1\nE12345678,2\n", "line 3: person 'E12…5678' is already in line 2")]
    [InlineData("person,household\n,1\n", "line 2: person is empty")]
    [InlineData("person,household\nE12345678\n", "has no household")]
    [InlineData("person,household\n王,1\n", "is not a valid code")]
    public void One_wrong_line_and_nothing_is_imported(string csv, string message)
    {
        var (exit, _, error) = Import(csv);

        Assert.Equal(ExitCode.Refused, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains("roster-lines", error, StringComparison.Ordinal);
        Assert.Empty(new Rosters(AnsweringStore.Open(_directory.File("data"))).People());
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
        File.WriteAllBytes(_directory.File("broken.csv"), [.. "person,household\nE12345678,"u8, 0xFF, 0xFF, .. "\n"u8]);
        Assert.Contains("file-unreadable",
            Tool.Run("roster", "import", _directory.File("broken.csv"), "--site", "S", "--data", _directory.File("data")).Error,
            StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Done, Import("person,household\n\"" + new string('x', 200_000)).Exit);
        var many = "person,household\n" + string.Concat(Enumerable.Range(0, 10_001).Select(i => $"E{i:D8},{i}\n"));
        Assert.Contains("roster-too-large", Import(many).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Importing_again_updates_and_replacing_removes_and_a_dry_run_does_neither()
    {
        Import("person,household,name\nE12345678,1,a\nE22222222,1,b\n");
        Assert.Contains("1 added, 1 changed, 0 the same",
            Import("person,household,name\nE12345678,1,c\nE33333333,2,d\n", "--dry-run").Error, StringComparison.Ordinal);
        Assert.Equal(2, People().Count);

        Assert.Contains("1 added, 1 changed, 0 the same, 0 moved here, 0 removed",
            Import("person,household,name\nE12345678,1,c\nE33333333,2,d\n").Error, StringComparison.Ordinal);
        Assert.Equal(["c", "b", "d"], People().Select(person => person.Name));
        Assert.Contains("0 added, 0 changed, 1 the same, 0 moved here, 2 removed",
            Import("person,household,name\nE12345678,1,c\n", "--replace").Error, StringComparison.Ordinal);
        Assert.Equal(["c"], People().Select(person => person.Name));
    }

    [Fact]
    public void Somebody_on_another_sites_roster_moves_and_wrong_lines_can_be_left_out()
    {
        Import("person,household,site\nE12345678,1,A\nE22222222,2,A\n");
        var (exit, _, error) = Import("person,household,site\nE12345678,1,B\n110105194912310021,1,B\n", "--skip-wrong");

        Assert.Equal(ExitCode.SomethingMissing, exit);
        Assert.Contains("1 moved here", error, StringComparison.Ordinal);
        Assert.Equal([("A", "E22222222"), ("B", "E12345678")], People().Select(person => (person.Site, person.Person)));
    }

    [Fact]
    public void A_schedule_names_the_next_building_to_call()
    {
        Import("person,household,building\nE11111111,1,1\nE22222222,2,2\n");
        File.WriteAllText(_directory.File("slots.csv"), "楼栋,时段\n1,09:00-10:00\n2,2021-11-07 8:00\n7,08:00\n");
        var (exit, _, error) = Tool.Run("roster", "schedule", _directory.File("slots.csv"), "--site", "S", "--data",
            _directory.File("data"));

        Assert.Equal(ExitCode.SomethingMissing, exit);
        Assert.Contains("not on a roster: building 7 of S", error, StringComparison.Ordinal);
        Assert.Contains("Call next: building 1 of S, 1 people, 09:00-10:00.",
            Tool.Run("coverage", "--data", _directory.File("data")).Output, StringComparison.Ordinal);
        File.WriteAllText(_directory.File("slots.csv"), "hello\n");
        Assert.Contains("roster-columns", Tool.Run("roster", "schedule", _directory.File("slots.csv"), "--site", "S", "--data",
            _directory.File("data")).Error, StringComparison.Ordinal);
        File.WriteAllText(_directory.File("slots.csv"), "building,slot\n1,half past nine\n");
        Assert.Contains("line 2", Tool.Run("roster", "schedule", _directory.File("slots.csv"), "--site", "S", "--data",
            _directory.File("data")).Error, StringComparison.Ordinal);
    }

    private IReadOnlyList<FieldNode.Answers.Roster.RosterPerson> People() =>
        new Rosters(AnsweringStore.Open(_directory.File("data"))).People();

    private (int Exit, string Output, string Error) Import(string csv, params string[] more)
    {
        File.WriteAllText(_directory.File("people.csv"), csv);
        return Tool.Run(["roster", "import", _directory.File("people.csv"), "--site", "S", "--data", _directory.File("data"), .. more]);
    }
}
