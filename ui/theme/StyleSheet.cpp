#include "ui/theme/StyleSheet.h"

#include <array>
#include <utility>

namespace countersign {

namespace {

constexpr const char* sheetTemplate = R"css(
QToolTip { border: 1px solid @border; padding: 6px; background: @navigation; color: @text; }
QMenuBar { background: @navigation; color: @text; border: none; padding: 2px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: @selection; }
QMenu { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selection; color: @text; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @border; margin: 4px 8px; }

QLineEdit, QComboBox, #passphraseEdit { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px; padding: 5px 8px; min-height: 20px; selection-background-color: @accentFill; selection-color: @onAccent; }
QLineEdit:focus, QComboBox:focus, #passphraseEdit:focus { border: 1px solid @accent; }
QComboBox { padding-right: 22px; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(@chevron); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @surface; color: @text; border: 1px solid @border; selection-background-color: @selection; selection-color: @text; outline: none; }

QPushButton { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px; padding: 5px 14px; min-height: 20px; }
QPushButton:hover { background: @hover; }
QPushButton:focus { border: 1px solid @accent; }
QPushButton:disabled { color: @muted; background: @window; }
QPushButton[role="primary"] { background: @accentFill; color: @onAccent; border: 1px solid @accentFill; font-weight: 600; }
QPushButton[role="primary"]:focus { border: 1px solid @text; }
QPushButton[role="primary"]:disabled { background: @neutralFill; color: @muted; border-color: @neutralFill; }
QPushButton[role="danger"] { color: @badText; border: 1px solid @badText; font-weight: 600; }
QPushButton[role="danger"]:focus { border: 1px solid @text; }
QPushButton[role="danger"]:disabled { color: @muted; border-color: @border; }
QPushButton[role="flat"], QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: @accent; }
QPushButton[role="flat"] { padding: 4px 8px; }
QPushButton[role="flat"]:hover, QToolButton:hover { background: @hover; }
QPushButton[role="flat"]:focus, QToolButton:focus { border: 1px solid @accent; }
QPushButton:checked, QToolButton:checked { background: @selection; color: @accent; border: 1px solid @accent; }

QTableView { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px; gridline-color: transparent; outline: none; selection-background-color: @selection; selection-color: @text; }
QHeaderView { background: @surface; border: none; }
QHeaderView::section { background: @surface; color: @muted; border: none; border-bottom: 1px solid @border; padding: 6px 8px; text-align: left; }
QHeaderView::section:hover { color: @text; }
QTableCornerButton::section { background: @surface; border: none; }

QPlainTextEdit { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px; padding: 6px; selection-background-color: @accentFill; selection-color: @onAccent; }
QPlainTextEdit:focus { border: 1px solid @accent; }
QTabWidget::pane { border: none; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @muted; padding: 6px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @accent; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { color: @text; }

QSplitter::handle { background: transparent; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > #scrollContent { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @neutralFill; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: @accentFill; border-radius: 3px; }

QLabel { background: transparent; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="bad"] { color: @badText; }
QLabel[role="warning"] { color: @warningText; }
QRadioButton, QCheckBox { spacing: 8px; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @muted; border-radius: 8px; background: @surface; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid @accent; }
QRadioButton:focus, QCheckBox:focus { color: @accent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @muted; border-radius: 4px; background: @surface; }
QCheckBox::indicator:checked { border: 1px solid @accentFill; background: @accentFill; image: url(:/icons/tick.svg); }
QTreeWidget { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px; outline: none; selection-background-color: @selection; selection-color: @text; }
QTreeWidget::item { padding: 4px 0; }
QTreeWidget:focus { border: 1px solid @accent; }
QFrame[role="card"] { background: @surface; border: 1px solid @border; border-radius: 6px; }
QFrame[role="advice"] { background: @warningFill; border: none; border-radius: 6px; }
QFrame[role="advice"] QLabel { color: @warningText; }
QFrame[role="line"] { background: @border; border: none; max-height: 1px; min-height: 1px; }
#statusLine { background: @navigation; border-top: 1px solid @border; }
#navigation { background: @navigation; border: none; border-right: 1px solid @border; }
)css";

}  // namespace

QString styleSheetOf(const ThemeColors& c)
{
    const QString chevron =
        c.dark ? QStringLiteral(":/icons/chevron-dark.svg") : QStringLiteral(":/icons/chevron-light.svg");
    // Longer names first: @accentFill must not be read as @accent.
    const std::array<std::pair<const char*, QString>, 17> values = {{
        {"@accentFill", c.accentFill.name()},
        {"@accent", c.accent.name()},
        {"@onAccent", c.onAccent.name()},
        {"@neutralFill", c.neutral.fill.name()},
        {"@warningFill", c.warning.fill.name()},
        {"@warningText", c.warning.text.name()},
        {"@badText", c.bad.text.name()},
        {"@navigation", c.navigation.name()},
        {"@selection", c.selection.name()},
        {"@surface", c.surface.name()},
        {"@window", c.window.name()},
        {"@border", c.border.name()},
        {"@muted", c.muted.name()},
        {"@hover", c.hover.name()},
        {"@text", c.text.name()},
        {"@chevron", chevron},
        {"@goodText", c.good.text.name()},
    }};
    QString sheet = QString::fromLatin1(sheetTemplate);
    for (const auto& [name, value] : values) {
        sheet.replace(QLatin1String(name), value);
    }
    return sheet;
}

}  // namespace countersign
