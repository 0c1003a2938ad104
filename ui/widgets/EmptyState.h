#pragma once

#include <QLabel>
#include <QPushButton>
#include <QWidget>

namespace countersign {

/// A placeholder for empty, loading, error and stale places, which are designed once: a drawing, a headline,
/// a sentence, at most one action.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

    /// action may be empty: no button.
    void show(const QString& icon, const QString& headline, const QString& sentence,
              const QString& action = {});

Q_SIGNALS:
    void actionTriggered();

private:
    void repaintIcon();

    QString m_iconName;
    QLabel* m_icon = nullptr;
    QLabel* m_headline = nullptr;
    QLabel* m_sentence = nullptr;
    QPushButton* m_action = nullptr;
};

}  // namespace countersign
