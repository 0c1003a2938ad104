#pragma once

#include <QTimer>
#include <QToolButton>

namespace countersign {

/// A button that copies a text as it is (not as it is shown), and says for a moment that it did.
class CopyButton : public QToolButton
{
    Q_OBJECT

public:
    /// what: the tool tip and accessible name, "Copy address".
    CopyButton(QString text, const QString& what, QWidget* parent = nullptr);
    void setCopiedText(const QString& text) { m_text = text; }

private:
    void copy();

    QString m_text;
    QTimer m_back;
};

}  // namespace countersign
