namespace FieldNode.Protocol.Flash
{
    /// <summary>What is folded from the log: it stands at the head of each sector, and the records behind it bring it up to date.</summary>
    public interface ILogState
    {
        /// <summary>Back to the state before the first record.</summary>
        void Reset();

        /// <summary>Writes the state; returns the offset behind it, at most <see cref="SectorHead.StateBytesMax"/> on.</summary>
        int Save(byte[] buffer, int offset);

        /// <summary>Takes the state that <see cref="Save"/> wrote; false when the bytes cannot be one.</summary>
        bool TryRestore(byte[] buffer, int offset, int count);

        /// <summary>Folds one record in; <paramref name="frame"/> holds its frame at <paramref name="offset"/>.</summary>
        void Apply(uint sequence, byte[] frame, int offset);
    }
}
