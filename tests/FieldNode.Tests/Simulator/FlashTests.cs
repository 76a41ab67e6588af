using FieldNode.Core.Ports;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.PcBoard;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Simulator;

/// <summary>One test body over every flash behind the port, plus the rules that only the simulated one enforces.</summary>
public sealed class FlashTests : IDisposable
{
    private const int Size = 4 * 4096;

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData(nameof(NorFlash))]
    [InlineData(nameof(ImageFlash))]
    public void Erased_flash_reads_ff_programs_clear_bits_and_an_erase_sets_one_sector(string kind)
    {
        var flash = Open(kind);
        try
        {
            var read = new byte[8192];
            Assert.True(flash.Read(0, read, 0, read.Length));
            Assert.All(read, value => Assert.Equal(0xFF, value));

            Assert.True(flash.Program(4090, [0xF0, 0x0F, 1, 2, 3, 4, 5, 6, 7], 1, 8)); // across a page and a sector
            Assert.True(flash.Program(4090, [0x05], 0, 1));
            Assert.True(flash.Read(4090, read, 0, 8));
            Assert.Equal([0x05, 1, 2, 3, 4, 5, 6, 7], read[..8]);

            Assert.True(flash.EraseSector(4096));
            Assert.True(flash.Read(4090, read, 0, 8));
            Assert.Equal([0x05, 1, 2, 3, 4, 5, 0xFF, 0xFF], read[..8]);
        }
        finally
        {
            (flash as IDisposable)?.Dispose();
        }
    }

    [Fact]
    public void Setting_a_bit_by_a_program_is_a_mistake()
    {
        var flash = new NorFlash(Size);
        flash.Program(0, [0x0F], 0, 1);

        Assert.Throws<InvalidOperationException>(() => flash.Program(0, [0xF0], 0, 1));
    }

    [Fact]
    public void An_erase_that_is_not_at_a_sector_is_a_mistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NorFlash(Size).EraseSector(100));
    }

    [Fact]
    public void Access_beyond_the_end_is_a_mistake()
    {
        var flash = new NorFlash(Size);

        Assert.Throws<ArgumentOutOfRangeException>(() => flash.Read(Size - 1, new byte[2], 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => flash.Program(-1, new byte[2], 0, 2));
    }

    [Fact]
    public void A_power_cut_leaves_the_bytes_before_it_and_nothing_works_until_power_is_back()
    {
        var flash = new NorFlash(Size);
        flash.CutAt(3);

        Assert.Throws<PowerCutException>(() => flash.Program(0, [1, 2, 3, 4, 5], 0, 5));
        Assert.Throws<PowerCutException>(() => flash.Read(0, new byte[1], 0, 1));
        flash.PowerOn();
        Assert.Equal([1, 2, 3, 0xFF, 0xFF], flash.Cells[..5]);
    }

    [Fact]
    public void Operations_are_counted()
    {
        var flash = new NorFlash(Size);
        flash.Program(250, new byte[10], 0, 10);
        flash.EraseSector(0);

        Assert.Equal((1, 2, 10, 1, 1),
            (flash.ProgramCalls, flash.PagePrograms, flash.ProgrammedBytes, flash.Erases, flash.SectorErases[0]));
    }

    [Fact]
    public void A_flash_file_is_there_again_after_opening_it_anew()
    {
        using (var flash = ImageFlash.Open(_directory.File("flash"), Size))
        {
            flash.Program(7, [0x12], 0, 1);
        }

        using var again = ImageFlash.Open(_directory.File("flash"), Size);
        var read = new byte[1];
        again.Read(7, read, 0, 1);
        Assert.Equal(0x12, read[0]);
        Assert.Throws<IOException>(() => ImageFlash.Open(_directory.File("flash"), Size));
    }

    [Fact]
    public void A_flash_file_of_another_size_is_left_alone()
    {
        ImageFlash.Open(_directory.File("flash"), Size).Dispose();

        var fault = Assert.Throws<IOException>(() => ImageFlash.Open(_directory.File("flash"), 2 * Size));
        Assert.Contains("--flash-size 16K", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    private IFlash Open(string kind)
    {
        return kind == nameof(NorFlash) ? new NorFlash(Size) : ImageFlash.Open(_directory.File("flash"), Size);
    }
}
