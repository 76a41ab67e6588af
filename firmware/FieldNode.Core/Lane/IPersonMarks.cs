namespace FieldNode.Core.Lane
{
    /// <summary>Keeps a mark for each person whom this lane has sampled in its round.</summary>
    public interface IPersonMarks
    {
        /// <summary>The person was sampled just now, or that was taken back.</summary>
        /// <param name="person">Check value of the code.</param>
        void Set(uint person, bool isSampled);
    }
}
