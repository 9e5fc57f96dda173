import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';

/** Takes a prediction's id and shows why it came out as it did. */
export function FindWhy() {
  const [id, setId] = useState('');
  const field = useId();
  const navigate = useNavigate();
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim()) void navigate({ to: '/why/$id', params: { id: id.trim() } });
      }}
    >
      <label htmlFor={field}>
        Prediction id
        <input
          id={field}
          value={id}
          size={30}
          placeholder="such as 0198…-….0"
          onChange={(event) => setId(event.target.value)}
        />
      </label>
      <button type="submit" className="primary">
        Show why
      </button>
    </form>
  );
}
