#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QWidget>

namespace countersign {

/// A field that compares hashes: whatever is pasted or typed here is compared digit by digit with every hash
/// on the page. A hash is compared with what another device shows, and eyes skip.
class CompareField : public QWidget
{
    Q_OBJECT

public:
    explicit CompareField(QWidget* parent = nullptr);
    /// Names and values; hex with or without 0x.
    void setHashes(const QList<QPair<QString, QString>>& hashes);
    QLineEdit* field() const { return m_field; }
    QString verdict() const { return m_verdict->text(); }

private:
    void compare();

    QList<QPair<QString, QString>> m_hashes;
    QLineEdit* m_field = nullptr;
    QLabel* m_icon = nullptr;
    QLabel* m_verdict = nullptr;
};

}  // namespace countersign
