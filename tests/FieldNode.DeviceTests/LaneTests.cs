using nanoFramework.TestFramework;

namespace FieldNode.DeviceTests
{
    /// <summary>A morning at a lane with the whole node; its flash and every screen it drew are the same on every platform.</summary>
    [TestClass]
    public sealed class LaneTests
    {
        [TestMethod]
        public void A_morning_leaves_the_frozen_image_and_screens()
        {
            ScanScript script = new ScanScript();
            script.Run();

            Assert.AreEqual(Frozen.Scan, script.Summary());
            Assert.AreEqual((uint)ScanScript.People, script.Node.State.Sampled);
            Assert.IsTrue(script.Refusals > 0 && script.Confirmations > ScanScript.People);
        }
    }
}
