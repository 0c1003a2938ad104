#pragma once

#include <QDialog>
#include <QTextBrowser>

namespace countersign {

/// The page of a finding, docs/findings/<id>.md: what it means, why it matters and what to do. The pages are
/// part of the program; nothing is loaded from anywhere.
class FindingPage : public QDialog
{
    Q_OBJECT

public:
    explicit FindingPage(const QString& id, QWidget* parent = nullptr);
    QString text() const { return m_text->toPlainText(); }

private:
    QTextBrowser* m_text;
};

}  // namespace countersign
