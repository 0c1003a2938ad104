#pragma once

#include "core/base/Clock.h"

#include <QGridLayout>
#include <QWidget>

namespace countersign {

/// A grid of facts as name and value, for detail panes, in one alignment everywhere; values can be selected
/// and copied, and are never taken for markup.
class FactGrid : public QWidget
{
    Q_OBJECT

public:
    explicit FactGrid(QWidget* parent = nullptr);

    void clear();
    void add(const QString& name, const QString& value, const QString& toolTip = {});
    /// In UTC; the tool tip has the local time.
    void addTime(const QString& name, UnixMillis time);
    /// An id or hash, monospaced, with a button that copies it.
    void addCode(const QString& name, const QString& value);
    /// nameTop: pixels above the name, so that it stands level with the value's first line.
    void addWidget(const QString& name, QWidget* value, int nameTop = 0);

private:
    QGridLayout* m_layout;
    int m_rows = 0;
};

}  // namespace countersign
