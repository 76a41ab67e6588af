namespace FieldNode.Core.Ports
{
    /// <summary>Source of the roots of a log's seal chains (<see cref="Protocol.SealChain"/>). Each root is given once, and what is stored
    /// afterwards does not reveal earlier ones.</summary>
    public interface ISealRoots
    {
        /// <summary>Number of the key of the next root (<see cref="Protocol.SealStart"/>).</summary>
        byte Key { get; }

        /// <summary>Distinguishes keys with the same number (<see cref="Protocol.SealStart.Check"/>); 0 while there is no key.</summary>
        uint Check { get; }

        /// <summary>Takes the next root, and how many of its key were taken before; an empty array if that could not be stored or no roots
        /// are left.</summary>
        byte[] Take(out byte chain);
    }
}
