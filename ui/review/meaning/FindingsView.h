#pragma once

#include "core/meaning/Meaning.h"
#include "ui/text/StateText.h"

#include <QWidget>

class QVBoxLayout;

namespace countersign {

/// What whoever approves must know, the gravest first: gravity, title, sentence, the addresses it is about,
/// and a button for the page that says what it means and what to do. What depends on the profile says so:
/// another desk may find something else.
class FindingsView : public QWidget
{
    Q_OBJECT

public:
    explicit FindingsView(QWidget* parent = nullptr);
    void show(const std::vector<meaning::Finding>& findings);
    int count() const { return m_count; }

Q_SIGNALS:
    /// docs/findings/<id>.md is wanted.
    void pageWanted(const QString& id);

private:
    void addFinding(const meaning::Finding& finding);

    QVBoxLayout* m_list;
    int m_count = 0;
};

/// Word, icon and tone of a gravity.
StateText stateText(meaning::Severity severity);

}  // namespace countersign
