namespace FieldNode.Core.Ports
{
    /// <summary>Where a log's seals begin (<see cref="Protocol.SealChain"/>): each root is given once, and what is kept afterwards tells no
    /// earlier one.</summary>
    public interface ISealRoots
    {
        /// <summary>Which key the next root is of (<see cref="Protocol.SealStart"/>).</summary>
        byte Key { get; }

        /// <summary>Tells the key from others of the same number (<see cref="Protocol.SealStart.Check"/>); 0 while there is none.</summary>
        uint Check { get; }

        /// <summary>Takes the next root, and how many of its key were taken before; an empty array when that could not be noted, or there
        /// are no more.</summary>
        byte[] Take(out byte chain);
    }
}
