using FieldNode.Core.Enrolment;
using FieldNode.Simulator.Flash;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

/// <summary>Settings are never half written, on any flash, wherever power is cut.</summary>
public sealed class SettingsStoreTests
{
    [Theory]
    [InlineData("nor", CutModel.Ordered)]
    [InlineData("nor", CutModel.Torn)]
    [InlineData("nor", CutModel.Shuffled)]
    [InlineData("chip", CutModel.Shuffled)]
    [InlineData("files", CutModel.Ordered)]
    public void Wherever_power_goes_the_settings_are_the_old_or_the_new_ones(string kind, CutModel model)
    {
        var part = FlashPart.New(kind, SettingsStore.Sectors);
        var store = new SettingsStore(part.Flash);
        for (byte i = 0; i < 4; i++)
        {
            Assert.True(store.Save(Sample(i)));
        }

        for (var step = 0; ; step++)
        {
            var copy = part.Copy();
            var writer = new SettingsStore(copy.Flash);
            var settings = new StoredSettings();
            Assert.True(writer.Load(settings));
            Assert.Equal(3, settings.FailedStarts);
            copy.CutAt(copy.Steps + step, model, seed: step);
            var wasCut = false;
            try
            {
                settings.FailedStarts = 4;
                writer.Save(settings);
            }
            catch (PowerCutException)
            {
                wasCut = true;
            }

            copy.PowerOn();
            var again = new SettingsStore(copy.Flash);
            var found = new StoredSettings();
            Assert.True(again.Load(found), $"no settings after a cut at step {step}");
            Assert.InRange(found.FailedStarts, wasCut ? 3 : 4, 4);
            Assert.True(again.Save(found));
            if (!wasCut)
            {
                return;
            }
        }
    }

    [Fact]
    public void Blank_and_hostile_flash_have_no_settings()
    {
        var seed = Seed.Take(nameof(Blank_and_hostile_flash_have_no_settings));
        var random = new Random(seed);
        Assert.False(new SettingsStore(new NorFlash(8192)).Load(new StoredSettings()));
        for (var i = 0; i < 2000; i++)
        {
            var flash = new NorFlash(8192);
            new SettingsStore(flash).Save(Sample(1));
            flash.Cells[random.Next(90)] ^= (byte)(1 << random.Next(8));
            flash.Cells[4096 + random.Next(90)] ^= (byte)(1 << random.Next(8));
            var settings = new StoredSettings();

            Assert.False(new SettingsStore(flash).Load(settings) && settings.FailedStarts != 1);
        }
    }

    [Fact]
    public void A_flash_that_fails_keeps_the_newest_settings()
    {
        var flash = new NorFlash(8192);
        var store = new SettingsStore(flash);
        Assert.True(store.Save(Sample(1)));
        Assert.True(store.Save(Sample(2)));
        flash.Stick(0, atZero: 0x01);
        flash.Stick(4096, atZero: 0x01);
        Assert.False(store.Save(Sample(3)));

        var settings = new StoredSettings();
        Assert.False(store.Save(Sample(3)));
        Assert.Equal(store.Load(settings), settings.FailedStarts == 2);
    }

    private static StoredSettings Sample(byte failedStarts)
    {
        return new StoredSettings { FailedStarts = failedStarts, LinkKey = new byte[32], CardText = new byte[40] };
    }
}
