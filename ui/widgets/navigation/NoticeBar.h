#pragma once

#include "ui/theme/ThemeColors.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// A notice across the top of the pages: what stops the whole console (locked, keychain, relay) is said there
/// in a sentence with one action, and stays until it is mended; no dialog gets in the way.
class NoticeBar : public QFrame
{
    Q_OBJECT

public:
    explicit NoticeBar(QWidget* parent = nullptr);
    void showNotice(Tone tone, const QString& icon, const QString& sentence, const QString& action,
                    const QString& detail = {});
    QString sentence() const { return m_sentence->text(); }

Q_SIGNALS:
    void actionTriggered();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void recolour();

    Tone m_tone = Tone::Neutral;
    QString m_iconName;
    QLabel* m_icon = nullptr;
    QLabel* m_sentence = nullptr;
    QPushButton* m_action = nullptr;
};

}  // namespace countersign
