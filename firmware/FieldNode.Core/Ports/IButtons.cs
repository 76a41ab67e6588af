namespace FieldNode.Core.Ports
{
    /// <summary>The node's two buttons, already debounced.</summary>
    public interface IButtons
    {
        /// <summary>The next press not yet taken, or <see cref="Button.None"/>. Never waits.</summary>
        byte Take();
    }

    public static class Button
    {
        public const byte None = 0;

        /// <summary>One person joined the queue.</summary>
        public const byte Arrived = 1;

        /// <summary>The last step was wrong.</summary>
        public const byte Undo = 2;
    }
}
