namespace FieldNode.Core.Lane
{
    /// <summary>Marks each person whom this lane has sampled in its round.</summary>
    public interface IPersonMarks
    {
        /// <summary>Called when a person was sampled, or when that was undone.</summary>
        /// <param name="person">Check value of the code.</param>
        void Set(uint person, bool isSampled);
    }
}
