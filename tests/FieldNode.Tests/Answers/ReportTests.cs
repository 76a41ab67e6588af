using System.Text;
using FieldNode.Answers.Facts;
using FieldNode.Answers.Reports;
using FieldNode.Host.Export;
using FieldNode.Protocol;
using FieldNode.Protocol.Records;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Answers;

public abstract class ReportTests(Stores stores)
{
    private const uint Epoch = 5;
    private const string Person = "11010519491231002X";

    [Fact]
    public async Task Times_before_the_clock_was_known_are_resolved_afterwards()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1,
            Logs.FrameOf(Epoch, 1, 0, new Booted { BootCount = 1 }),
            Logs.FrameOf(Epoch, 2, 1000, new TubeOpened { Round = 1, GroupSize = 10 }.WithCode("ZZ00000001")),
            Logs.FrameOf(Epoch, 3, 2000, new PersonSampled { Tube = 2, Position = 1, Round = 1 }.WithCode(Person)),
            Logs.FrameOf(Epoch, 4, 5000, new ClockSet { UtcMs = 1_636_237_805_000, Source = ClockSet.SourceHost })));

        var row = OpenLog.People(host.Store, new PersonFilter()).Single();

        Assert.Equal(("2021-11-06T22:30:02.000Z", ""), (row.Time.Text, row.Time.Note));
    }

    [Fact]
    public async Task A_boot_without_any_clock_is_bounded_by_its_neighbours()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1,
            Logs.FrameOf(Epoch, 1, 0, new Booted { BootCount = 1 }),
            Logs.FrameOf(Epoch, 2, 1000, new ClockSet { UtcMs = 1_636_237_801_000 }),
            Logs.FrameOf(Epoch, 3, 4000, new TubeOpened { Round = 1, GroupSize = 10 }.WithCode("ZZ00000001")),
            Logs.FrameOf(Epoch, 4, 0, new Booted { BootCount = 2 }),
            Logs.FrameOf(Epoch, 5, 2000, new PersonSampled { Tube = 3, Position = 1, Round = 1 }.WithCode(Person)),
            Logs.FrameOf(Epoch, 6, 0, new Booted { BootCount = 3 }),
            Logs.FrameOf(Epoch, 7, 3000, new ClockSet { UtcMs = 1_636_237_900_000 })));

        var row = OpenLog.People(host.Store, new PersonFilter()).Single();

        Assert.Equal(("", "between 2021-11-06T22:30:04.000Z and 2021-11-06T22:31:37.000Z"), (row.Time.Text, row.Time.Note));
    }

    [Fact]
    public async Task A_gap_that_may_hide_a_start_makes_no_time_exact_and_is_settled_by_the_next_starts_count()
    {
        await using var host = await TestHost.Start(stores: stores);
        var frames = new[]
        {
            Logs.FrameOf(Epoch, 1, 0, new Booted { BootCount = 1 }),
            Logs.FrameOf(Epoch, 2, 1000, new ClockSet { UtcMs = 1_636_237_801_000 }),
            Logs.FrameOf(Epoch, 3, 0, new Booted { BootCount = 2 }),
            Logs.FrameOf(Epoch, 4, 500, new PersonSampled { Tube = 9, Position = 1, Round = 1 }.WithCode(Person)),
            Logs.FrameOf(Epoch, 5, 0, new Booted { BootCount = 2 }),
        };
        await host.Accept(host.Batch(Epoch, 1, frames[0], frames[1]));
        await host.Accept(host.Batch(Epoch, 4, frames[3]));
        Assert.Equal(("", "after 2021-11-06T22:30:01.000Z"), Time(host));

        await host.Accept(host.Batch(Epoch, 5, frames[4])); // the second start: the gap held no start
        Assert.Equal(("2021-11-06T22:30:00.500Z", ""), Time(host));

        static (string, string) Time(TestHost host)
        {
            var time = OpenLog.People(host.Store, new PersonFilter()).Single().Time;
            return (time.Text, time.Note);
        }
    }

    [Fact]
    public async Task A_record_that_turns_up_after_its_stand_in_is_no_conflict()
    {
        await using var host = await TestHost.Start(stores: stores);
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", Person).ToArray();
        var buffer = new byte[Frame.BytesMax];
        var lost = buffer[..Frame.Seal(buffer, 0, Epoch, 4, RecordType.Lost, 0, 0)];
        await host.Accept(host.Batch(Epoch, 1, frames[0], frames[1], frames[2], lost));

        Assert.Equal(0, (await host.Accept(host.Batch(Epoch, 4, frames[3]))).Problem);
        Assert.Equal(PersonState.Valid, OpenLog.People(host.Store, new PersonFilter()).Single().State);
    }

    [Fact]
    public async Task Undone_and_training_people_are_there_only_with_all()
    {
        await using var host = await TestHost.Start(stores: stores);
        var frames = Logs.Morning(Epoch, "L1", "ZZ00000001", Person, "000000199001010019", "000000199001010027");
        frames.Add(Logs.FrameOf(Epoch, 7, 9000, new Undone { Sequence = 5 }));
        frames.Add(Logs.FrameOf(Epoch, 8, 9500,
            new PersonSampled { Tube = 3, Position = 3, Round = 1, Training = true }.WithCode("000000199001010035")));
        await host.Accept(host.Batch(Epoch, 1, [.. frames]));
        var log = new MergedLog(host.Store);

        Assert.Equal(2, log.People(new PersonFilter()).Count());
        Assert.Equal([PersonState.Valid, PersonState.Undone, PersonState.Valid, PersonState.Training],
            log.People(new PersonFilter(All: true)).Select(row => row.State));
    }

    [Fact]
    public async Task Filters_by_round_and_site_apply()
    {
        await using var host = await TestHost.Start(stores: stores);
        await host.Accept(host.Batch(Epoch, 1, [.. Logs.Morning(Epoch, "L1", "ZZ00000001", Person)]));
        var log = new MergedLog(host.Store);

        Assert.Single(log.People(new PersonFilter(Round: 1, Site: "正飞")));
        Assert.Empty(log.People(new PersonFilter(Round: 2)));
        Assert.Empty(log.People(new PersonFilter(Site: "elsewhere")));
    }

    [Fact]
    public void Csv_begins_with_a_bom_shows_chinese_and_runs_no_formula()
    {
        var row = new PersonRow(1, 2, 3, "正飞", "=L1", 1, "+ZZ", 1, "@x", "general", "-op", PersonState.Valid, default);
        using var stream = new MemoryStream();

        PeopleExport.WriteCsv([row], stream);

        var text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.StartsWith("\uFEFFsite,lane,", text, StringComparison.Ordinal);
        Assert.Equal("正飞,\"'=L1\",1,\"'+ZZ\",1,\"'@x\",general,valid,\"'-op\",,unknown,0000000000000001,00000002,3,1,fixed,,id,",
            text.Split("\r\n")[1]);
    }
}

public sealed class SqliteReportTests() : ReportTests(Stores.Sqlite);

public sealed class PostgresReportTests() : ReportTests(Stores.Postgres);
