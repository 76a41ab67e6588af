using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Simulator.Flash;
using FieldNode.Simulator.Parts;

namespace FieldNode.Tests.Support;

/// <summary>A flash behind the port whose power the test controls: its content can be copied, and power can be cut at any step.</summary>
internal abstract class FlashPart
{
    /// <summary>The kinds of flash on which every ring test runs.</summary>
    public static string[] Kinds { get; } = ["nor", "chip", "files"];

    public abstract IFlash Flash { get; }

    public abstract long Steps { get; }

    public static FlashPart New(string kind, int sectors)
    {
        return kind switch
        {
            "nor" => new NorPart(new NorFlash(sectors * 4096)),
            "chip" => new ChipPart(NorCells.Erased(sectors * 4096)),
            _ => new FilePart(new CommitOnCloseDrive(), sectors),
        };
    }

    public abstract FlashPart Copy();

    public abstract void CutAt(long step, CutModel model, int seed);

    /// <summary>Power is back, and the driver restarts.</summary>
    public abstract void PowerOn();

    /// <summary>Misuse that the part detected; empty if none.</summary>
    public virtual IReadOnlyList<string> Mistakes => [];

    private sealed class NorPart(NorFlash flash) : FlashPart
    {
        public override IFlash Flash => flash;

        public override long Steps => flash.Steps;

        public override FlashPart Copy() => new NorPart(new NorFlash((byte[])flash.Cells.Clone()));

        public override void CutAt(long step, CutModel model, int seed) => flash.CutAt(step, model, seed);

        public override void PowerOn() => flash.PowerOn();
    }

    private sealed class ChipPart : FlashPart
    {
        private readonly W25qChip _chip;
        private W25Flash _driver;

        public ChipPart(NorCells cells)
        {
            _chip = new W25qChip(cells);
            _driver = Start();
        }

        public override IFlash Flash => _driver;

        public override long Steps => _chip.Cells.Steps;

        public override IReadOnlyList<string> Mistakes => _chip.Mistakes;

        public override FlashPart Copy() => new ChipPart(new NorCells((byte[])_chip.Cells.Bytes.Clone()));

        public override void CutAt(long step, CutModel model, int seed) => _chip.Cells.CutAt(step, model, seed);

        public override void PowerOn()
        {
            _chip.PowerOn();
            _driver = Start();
        }

        private W25Flash Start()
        {
            var driver = new W25Flash(new ModelSpi(_chip), _chip.Cells.Bytes.Length / 4096);
            Assert.True(driver.Identify());
            return driver;
        }
    }

    private sealed class FilePart(CommitOnCloseDrive drive, int sectors) : FlashPart
    {
        private FileFlash _driver = new(new ModelDrive(drive), sectors);

        public override IFlash Flash => _driver;

        public override long Steps => drive.Steps;

        public override FlashPart Copy() => new FilePart(drive.Copy(), sectors);

        public override void CutAt(long step, CutModel model, int seed) => drive.CutAtStep = step;

        public override void PowerOn()
        {
            drive.PowerOn();
            _driver = new FileFlash(new ModelDrive(drive), sectors);
        }
    }
}

internal sealed class ModelDrive(CommitOnCloseDrive drive) : ISegmentDrive
{
    public int Length(int segment) => drive.Length(segment);

    public bool Read(int segment, int position, byte[] buffer, int offset, int count) =>
        drive.Read(segment, position, buffer, offset, count);

    public bool Write(int segment, int position, byte[] buffer, int offset, int count) =>
        drive.Write(segment, position, buffer, offset, count);

    public bool Delete(int segment) => drive.Delete(segment);
}
