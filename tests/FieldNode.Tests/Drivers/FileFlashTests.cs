using FieldNode.Core.Log;
using FieldNode.Drivers;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Drivers;

/// <summary>Segment files on a real drive. On the device a file is committed only when it is closed, so no file may stay open.</summary>
public sealed class FileFlashTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void A_log_in_files_is_there_again_for_another_process()
    {
        var ring = new Ring(Open());
        Assert.Equal(LogResult.Ok, ring.Log.Format(Ring.NodeId, 7));
        ring.AppendAcknowledged(500);

        var again = new Ring(Open());

        Assert.Equal(LogResult.Ok, again.Log.Mount(Ring.NodeId));
        Assert.Equal(500u, again.Log.LastSequence);
        again.AssertWhole();
    }

    [Fact]
    public void Every_program_closes_its_file_before_it_returns()
    {
        var flash = Open();
        for (var i = 0; i < 20; i++)
        {
            Assert.True(flash.Program(4096 + i * 3, [1, 2, 3], 0, 3));

            using var alone = File.Open(_directory.File("0001.seg"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Assert.Equal(3 * (i + 1), alone.Length);
        }
    }

    [Fact]
    public void A_file_is_as_long_as_what_was_programmed_and_an_erased_sector_has_none()
    {
        var flash = Open();
        flash.Program(100, [7], 0, 1);
        Assert.Equal(101, new FileInfo(_directory.File("0000.seg")).Length);

        Assert.True(flash.EraseSector(0));

        Assert.False(File.Exists(_directory.File("0000.seg")));
    }

    [Fact]
    public void A_drive_that_fails_fails_the_call()
    {
        Directory.CreateDirectory(_directory.File("0002.seg")); // a file of this name cannot be opened
        var flash = new FileFlash(new DriveFiles(_directory.File("missing") + "/"), 4);

        Assert.False(flash.Program(0, [1], 0, 1));
        Assert.False(new FileFlash(new FailingDrive(), 4).Read(0, new byte[1], 0, 1));
        Assert.False(new FileFlash(new FailingDrive(), 4).EraseSector(0));
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    private FileFlash Open() => new(new DriveFiles(_directory.Path + "/"), 4);

    private sealed class FailingDrive : ISegmentDrive
    {
        public int Length(int segment) => -1;

        public bool Read(int segment, int position, byte[] buffer, int offset, int count) => false;

        public bool Write(int segment, int position, byte[] buffer, int offset, int count) => false;

        public bool Delete(int segment) => false;
    }
}
