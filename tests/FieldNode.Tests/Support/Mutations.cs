namespace FieldNode.Tests.Support;

/// <summary>Hostile bytes: random, or valid bytes changed slightly, truncated or extended.</summary>
internal static class Mutations
{
    public static byte[] Next(Random random, byte[] honest)
    {
        switch (random.Next(4))
        {
            case 0:
                var noise = new byte[random.Next(300)];
                random.NextBytes(noise);
                return noise;
            case 1:
                return honest[..random.Next(honest.Length + 1)];
            case 2:
                var grown = new byte[honest.Length + random.Next(64)];
                random.NextBytes(grown);
                honest.CopyTo(grown, 0);
                return grown;
            default:
                var changed = (byte[])honest.Clone();
                for (var i = random.Next(1, 6); i > 0; i--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                return changed;
        }
    }
}
