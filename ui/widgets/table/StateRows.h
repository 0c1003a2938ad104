#pragma once

#include "core/base/Clock.h"
#include "ui/text/StateText.h"

#include <QVBoxLayout>
#include <QWidget>

namespace countersign {

/// A list widget of what happened to something, one state a row: the chip, the time and a few words.
class StateRows : public QWidget
{
    Q_OBJECT

public:
    explicit StateRows(QWidget* parent = nullptr);

    void clear();
    /// words: the time is part of them; at: for the tool tip.
    void add(const StateText& state, const QString& words, UnixMillis at);
    /// A sentence in place of rows.
    void addSentence(const QString& sentence);

private:
    QVBoxLayout* m_layout;
};

}  // namespace countersign
