/** Two edges and the thread that joins them. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#0f5f5b"/>
<path d="M10 5v22M22 5v22" stroke="#9adbd2" stroke-width="2" stroke-dasharray="3 3"/>
<path d="M5 9l11 4L5 19l11 4M27 9l-11 4 11 6-11 4" fill="none" stroke="#fff" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round"/>
</svg>
`;
