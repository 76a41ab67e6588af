namespace FieldNode.Protocol.Flash
{
    /// <summary>State built from the log. It is stored at the head of each sector, and the records after it bring it up to date.</summary>
    public interface ILogState
    {
        /// <summary>Resets to the state before the first record.</summary>
        void Reset();

        /// <summary>Writes the state, at most <see cref="SectorHead.StateBytesMax"/> bytes; returns the offset after it.</summary>
        int Save(byte[] buffer, int offset);

        /// <summary>Restores a state written by <see cref="Save"/>; false if the bytes are not a valid state.</summary>
        bool TryRestore(byte[] buffer, int offset, int count);

        /// <summary>Applies one record; <paramref name="frame"/> holds its frame at <paramref name="offset"/>.</summary>
        void Apply(uint sequence, byte[] frame, int offset);
    }
}
