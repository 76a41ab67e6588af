using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Drivers;

/// <summary>The driver against a model of the chip's commands. Not tested with a real chip yet (hardware/README.md).</summary>
public sealed class W25FlashTests
{
    private const int Sectors = 8;

    private readonly W25qChip _chip = new(NorCells.Erased(Sectors * 4096));

    [Theory]
    [InlineData(0x15, 512)]
    [InlineData(0x16, 1024)]
    [InlineData(0x18, 4096)]
    public void The_part_tells_its_size(byte capacity, int sectors)
    {
        var driver = new W25Flash(new ModelSpi(new W25qChip(NorCells.Erased(4096), capacity)), 0);

        Assert.True(driver.Identify());
        Assert.Equal((0xEF4000 | capacity, sectors * 4096), (driver.JedecId, driver.Bytes));
    }

    [Theory]
    [InlineData(0x13)]
    [InlineData(0x19)]
    public void A_part_with_another_kind_of_address_is_not_taken(byte capacity)
    {
        Assert.False(new W25Flash(new ModelSpi(new W25qChip(NorCells.Erased(4096), capacity)), 0).Identify());
    }

    [Fact]
    public void No_part_is_no_flash()
    {
        _chip.IsUnplugged = true;

        Assert.False(new W25Flash(new ModelSpi(_chip), 0).Identify());
    }

    [Fact]
    public void A_part_left_asleep_or_busy_by_a_reset_is_woken_and_waited_for()
    {
        var driver = Open();
        driver.PowerDown();
        Assert.True(new W25Flash(new ModelSpi(_chip), Sectors).Identify());

        _chip.Transfer([0x06], 1);
        _chip.Transfer([0x20, 0, 0x10, 0], 4); // an erase was under way when the node was reset
        Assert.True(new W25Flash(new ModelSpi(_chip), Sectors).Identify());
        Assert.Empty(_chip.Mistakes);
    }

    [Fact]
    public void In_deep_power_down_nothing_works_until_it_is_woken()
    {
        var driver = Open();
        driver.PowerDown();
        Assert.False(driver.Program(0, [1], 0, 1));

        driver.WakeUp();

        Assert.True(driver.Program(0, [1], 0, 1));
        Assert.Equal(1, _chip.Cells.Bytes[0]);
    }

    [Fact]
    public void While_a_sector_is_erased_others_are_read_and_programmed_at_once()
    {
        var driver = Open();
        Assert.True(driver.Program(0, [7], 0, 1) && driver.Program(8192, [0], 0, 1));
        (_chip.ProgramUs, _chip.EraseUs) = (3_000, 400_000);
        Assert.Equal(FlashErase.UnderWay, driver.BeginErase(8192));
        Assert.Equal(FlashErase.Busy, driver.BeginErase(4096));

        var longestMs = 0d;
        var polls = 0;
        for (var at = 4096; polls == 0 || driver.PollErase() == FlashErase.UnderWay; polls++)
        {
            var from = _chip.NowUs;
            var buffer = new byte[300];
            Assert.True(driver.Program(at, [1, 2, 3], 0, 3) && driver.Read(0, buffer, 0, 300) && buffer[0] == 7);
            longestMs = Math.Max(longestMs, (_chip.NowUs - from) / 1000);
            at += 3;
            _chip.Pause(2);
        }

        Assert.True(driver.Read(8192, new byte[1], 0, 1));
        Assert.Equal(0xFF, _chip.Cells.Bytes[8192]);
        Assert.Empty(_chip.Mistakes);
        Assert.InRange(polls, 100, 400);
        Assert.InRange(longestMs, 0, 14); // 12.6 of them are the slow part's program of two pages
    }

    [Fact]
    public void A_sector_that_is_being_erased_is_waited_for_by_who_needs_it_and_its_end_is_told_once()
    {
        var driver = Open();
        Assert.True(driver.Program(4096, [0], 0, 1));
        Assert.Equal(FlashErase.UnderWay, driver.BeginErase(4096));
        Assert.True(driver.Program(4096, [5], 0, 1));
        Assert.Equal(5, _chip.Cells.Bytes[4096]);
        Assert.Equal(FlashErase.Failed, driver.WaitErase()); // it no longer reads as erased

        Assert.Equal(FlashErase.UnderWay, driver.BeginErase(4096));
        Assert.True(driver.EraseSector(8192));
        Assert.Equal(FlashErase.Done, driver.WaitErase());
        _chip.Cells.Stick(4096 + 4000, atZero: 1, atOne: 0);
        Assert.Equal(FlashErase.UnderWay, driver.BeginErase(4096));
        Assert.Equal(FlashErase.Failed, driver.WaitErase());
        Assert.Equal(FlashErase.UnderWay, driver.BeginErase(4096));
        Assert.Empty(_chip.Mistakes);
    }

    [Fact]
    public void It_does_what_simulated_flash_does_and_nothing_the_chip_would_not_like()
    {
        var seed = Seed.Take(nameof(It_does_what_simulated_flash_does_and_nothing_the_chip_would_not_like));
        var random = new Random(seed);
        var driver = Open();
        var model = new NorFlash(Sectors * 4096);
        var buffer = new byte[1200];
        for (var i = 0; i < 5000; i++)
        {
            var count = random.Next(1, random.Next(2) == 0 ? 60 : 1100);
            var address = random.Next(model.Bytes - count);
            if (i % 50 == 0)
            {
                Assert.True(driver.EraseSector(address / 4096 * 4096) && model.EraseSector(address / 4096 * 4096));
            }

            model.Read(address, buffer, 0, count);
            for (var at = 0; at < count; at++)
            {
                buffer[at] &= (byte)random.Next(256);
            }

            Assert.True(driver.Program(address, buffer, 0, count) && model.Program(address, buffer, 0, count));
            var read = new byte[count];
            Assert.True(driver.Read(address, read, 0, count));
            Assert.Equal(buffer[..count], read);
        }

        Assert.Equal(model.Cells, _chip.Cells.Bytes);
        Assert.Equal(model.PagePrograms, _chip.PagePrograms);
        Assert.Empty(_chip.Mistakes);
    }

    [Fact]
    public void A_cell_that_does_not_take_its_value_fails_the_program_and_one_that_does_not_erase_the_erase()
    {
        var driver = Open();
        _chip.Cells.Stick(100, 0, 0x08);
        _chip.Cells.Stick(8191, 0x80, 0);

        Assert.False(driver.Program(90, new byte[20], 0, 20));
        Assert.False(driver.EraseSector(4096));
        Assert.True(driver.EraseSector(8192));
    }

    [Fact]
    public void A_part_that_stays_busy_or_goes_away_ends_in_a_failure_not_in_a_hang()
    {
        var driver = Open();
        (_chip.ProgramUs, _chip.EraseUs) = (700_000, 45_000_000);
        Assert.False(driver.Program(0, [1], 0, 1));
        Assert.False(driver.Read(0, new byte[1], 0, 1));

        _chip.PowerOn();
        Assert.False(driver.EraseSector(0));
        _chip.PowerOn();
        (_chip.ProgramUs, _chip.EraseUs) = (2_800, 180_000); // a slow part within the data sheet's maximum
        Assert.True(driver.Program(4096, [1], 0, 1));

        _chip.IsUnplugged = true;
        Assert.False(driver.Program(4097, [1], 0, 1));
        Assert.False(driver.EraseSector(0));
        Assert.False(driver.Read(0, new byte[1], 0, 1));
    }

    [Fact]
    public void Access_beyond_the_end_is_a_mistake()
    {
        var driver = Open();

        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Read(Sectors * 4096 - 1, new byte[2], 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Program(-1, new byte[2], 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.EraseSector(Sectors * 4096));
    }

    private W25Flash Open()
    {
        var driver = new W25Flash(new ModelSpi(_chip), Sectors);
        Assert.True(driver.Identify());
        return driver;
    }
}
