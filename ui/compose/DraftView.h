#pragma once

#include "ui/review/meaning/FindingsView.h"
#include "ui/session/reading/ProfileReader.h"

#include <QScrollArea>

class QLabel;

namespace countersign {

/// What a draft would mean as a job, under the form in which it is made: the sentence of the review, and its
/// findings, before there is a job. It decides nothing; the review explains what was submitted once more.
class DraftView : public QWidget
{
    Q_OBJECT

public:
    explicit DraftView(ProfileReader& reader, QWidget* parent = nullptr);

    /// A job as it would be stored (jobIdOf its document). Explained on the reader's thread; a later call
    /// makes the answer to an earlier one void.
    void explain(Job draft);
    /// The draft is not complete.
    void clear();
    QString sentence() const;
    FindingsView* findings() const { return m_findings; }

private:
    void show(const ExplainedJob& explained);

    ProfileReader& m_reader;
    std::uint64_t m_question = 0;
    QLabel* m_sentence;
    FindingsView* m_findings;
    QScrollArea* m_scroll;
};

}  // namespace countersign
