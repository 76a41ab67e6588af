using FieldNode.DeviceTests;
using FieldNode.Protocol;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>The scripts that also run on the nanoFramework runtime (docs/platform-notes.md): their flash images are frozen, byte for byte.</summary>
public sealed class DeviceScriptTests
{
    [Fact]
    public void The_flash_image_of_the_scan_script_is_the_frozen_one()
    {
        var script = new ScanScript();
        script.Run();
        var image = new byte[script.Flash.Bytes];
        for (var sector = 0; sector < ScanScript.Sectors; sector++)
        {
            script.Flash.Read(sector * MemoryFlash.SectorSize, image, sector * MemoryFlash.SectorSize, MemoryFlash.SectorSize);
        }

        var summary = $"image {Crc32.Of(image, 0, image.Length):X8}, screens {Crc32.Finish(script.ScreensCrc):X8}, records {script.Node.Log.LastSequence}, people {script.Node.State.Sampled}";
        if (Environment.GetEnvironmentVariable("FIELDNODE_PRINT_IMAGE") is { } path)
        {
            File.WriteAllLines(path, image.Chunk(32).Select(Convert.ToHexString).Append(summary));
        }

        Assert.Equal(File.ReadAllText(Repository.Fixture("scan-script.txt")).Trim(), summary);
        Assert.Equal((uint)ScanScript.People, script.Node.State.Sampled);
    }

    [Fact]
    public void The_flash_image_of_the_ring_script_is_the_frozen_one()
    {
        var script = new RingScript();
        script.Run();

        Assert.Equal(File.ReadAllText(Repository.Fixture("ring-script.txt")).Trim(), script.Summary());
    }
}
