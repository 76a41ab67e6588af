using FieldNode.Core.Screens;

namespace FieldNode.Core.Ports
{
    /// <summary>Shows the screen: as 128×64 pixels on an OLED, as text in a terminal.</summary>
    public interface IPanel
    {
        /// <summary>Called when the screen has changed. The screen is reused: a panel that draws later must copy it.</summary>
        void Show(Screen screen);
    }
}
