#pragma once

#include "ui/session/control/PolicyControl.h"

#include <QLabel>
#include <QTreeWidget>

namespace countersign {

/// What a policy would have done with the jobs of the past: in one sentence, and each job that it would have
/// blocked, or for which it would have asked a second person, with its rule.
class TrialView : public QWidget
{
    Q_OBJECT

public:
    explicit TrialView(QWidget* parent = nullptr);

    /// A sentence in place of a result.
    void showSentence(const QString& sentence);
    void show(const PolicyTrial& trial);
    QString sentence() const { return m_sentence->text(); }
    QTreeWidget* list() const { return m_list; }

private:
    QLabel* m_sentence = nullptr;
    QTreeWidget* m_list = nullptr;
};

/// "Of 412 jobs, 3 would have been blocked, 9 would have needed a second approval."
QString trialText(const PolicyTrial& trial);

}  // namespace countersign
