#pragma once

#include "ui/pages/frame/Page.h"

#include <QCoreApplication>

#include <optional>
#include <span>

namespace countersign {

class Navigator;
class ProfileReader;
class ProfileSession;
class WindowState;

/// What a page can be made of.
struct PageContext
{
    ProfileSession& session;
    ProfileReader& reader;
    WindowState& state;
    Navigator& navigator;
};

/// The table of pages. A page is its class and its row here: navigation, the View menu with its key, the
/// remembered view, refreshing and the pictures of the documentation follow from the row.
class PageTable
{
    Q_DECLARE_TR_FUNCTIONS(PageTable)

public:
    struct Row
    {
        QLatin1StringView name;       ///< stored in the remembered view: never changes
        QLatin1StringView icon;       ///< of resources/icons.qrc
        const char* menuText = "";    ///< untranslated, with its mnemonic
        bool isAfterLine = false;     ///< the navigation draws a line before it
        bool isForAttention = false;  ///< its count is of what waits for a person
        /// Beside its name; without one, no count is shown.
        std::int64_t (*count)(const ProfileCounts& counts) = nullptr;
        Page* (*make)(const PageContext& context) = nullptr;

        /// In the View menu.
        QString menuTitle() const { return PageTable::tr(menuText); }
        QString title() const { return menuTitle().remove(u'&'); }
    };
    static constexpr int mostRows = 14;
    /// Key_1 for the first, Key_0 for the tenth, then Key_F1.
    static Qt::Key keyOf(int index)
    {
        constexpr int digits = 10;
        return index >= digits       ? static_cast<Qt::Key>(Qt::Key_F1 + index - digits)
               : index == digits - 1 ? Qt::Key_0
                                     : static_cast<Qt::Key>(Qt::Key_1 + index);
    }

    /// In the order of the navigation and of the keys Ctrl+1 to Ctrl+9, Ctrl+0, then Ctrl+F1 and so on.
    static std::span<const Row> rows();
    static std::optional<int> indexOf(QStringView name);
    /// The page of a window that remembers none; also the one that is searched when the shown one has no
    /// search.
    static QLatin1StringView usualPage();
};

}  // namespace countersign
