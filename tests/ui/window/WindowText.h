#pragma once

#include "tests/support/Patience.h"
#include "tests/ui/ConsoleFixture.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTest>

// What tests do with a whole window.

namespace countersign::testing {

inline void rest(ConsoleFixture& console)
{
    QTRY_VERIFY_WITH_TIMEOUT(console.window().isSettled(), patienceMs);
}

inline QString cellText(const QAbstractItemModel& model)
{
    QString text;
    for (int cell = 0; cell < model.rowCount() * model.columnCount(); ++cell) {
        const QModelIndex index = model.index(cell / model.columnCount(), cell % model.columnCount());
        text += index.data().toString() + u'\n' + index.data(Qt::ToolTipRole).toString() + u'\n';
    }
    return text;
}

/// Everything that can be read in the window.
inline QString allText(const QWidget& window)
{
    QString text;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        text += widget->accessibleName() + u'\n' + widget->toolTip() + u'\n';
        if (const auto* label = qobject_cast<const QLabel*>(widget)) {
            text += label->text() + u'\n';
        } else if (const auto* edit = qobject_cast<const QPlainTextEdit*>(widget)) {
            text += edit->toPlainText() + u'\n';
        } else if (const auto* field = qobject_cast<const QLineEdit*>(widget)) {
            text += field->text() + u'\n';
        } else if (const auto* table = qobject_cast<const QTableView*>(widget)) {
            text += cellText(*table->model());
        }
    }
    return text;
}

}  // namespace countersign::testing
