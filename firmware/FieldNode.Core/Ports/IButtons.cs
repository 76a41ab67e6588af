namespace FieldNode.Core.Ports
{
    /// <summary>The node's two buttons, already debounced.</summary>
    public interface IButtons
    {
        /// <summary>Returns and removes the next press, or <see cref="Button.None"/>. Never blocks.</summary>
        byte Take();
    }

    public static class Button
    {
        public const byte None = 0;

        /// <summary>One person joined the queue.</summary>
        public const byte Arrived = 1;

        /// <summary>Undoes the last step.</summary>
        public const byte Undo = 2;
    }
}
